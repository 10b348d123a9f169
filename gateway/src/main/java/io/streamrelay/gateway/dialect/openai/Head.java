package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.protocol.event.TurnId;

/**
 * What every chunk of an answer begins with; the same whoever asks again for the same turn.
 *
 * @param created when the turn was handed in, in seconds since 1970
 * @param model the name that was asked for
 */
record Head(String id, long created, String model) {
  /** A turn's id holds its time. */
  static Head of(TurnId turn, String model) {
    long millis = turn.value().getMostSignificantBits() >>> 16;
    return new Head("chatcmpl-" + turn, millis / 1000, model);
  }
}
