package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.Append;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * An append on its way: how {@code append.lua} is called and what its answer means.
 *
 * @param answer completed by the flusher
 * @param redirects how often a cluster has sent it elsewhere
 * @param asking it goes to a server that is only about to get its slot
 */
record AppendCommand(
    Append append, CompletableFuture<AppendResult> answer, int redirects, boolean asking) {
  static final int MAX_REDIRECTS = 5;
  private static final int BEFORE_ENTRIES = 9;
  private static final int PER_ENTRY = 5;
  private static final byte[] SHA = ascii(RedisScripts.APPEND_SHA);
  private static final byte[] EMPTY = {};
  private static final byte[] ONE = {'1'};
  private static final byte[] ZERO = {'0'};

  /** Writes the call, without sending it. */
  void write(RawConnection connection, byte[] publish, Duration retention) {
    EntryId first = append.first();
    String stream = append.turn().session().stream();
    List<StreamEvent> batch = append.batch();
    byte[][] arguments = new byte[BEFORE_ENTRIES + batch.size() * PER_ENTRY][];
    arguments[0] = SHA;
    arguments[1] = ONE;
    arguments[2] = ascii(stream);
    arguments[3] = publish;
    arguments[4] = ascii(append.turn().session().channel());
    arguments[5] = first.seq() == 0 ? EMPTY : ascii(new EntryId(first.epoch(), first.seq() - 1));
    arguments[6] = ascii(append.turn().userEpoch());
    arguments[7] = append.begins() ? ascii(retention.toMillis()) : EMPTY;
    arguments[8] = append.anew() ? ONE : ZERO;
    int at = BEFORE_ENTRIES;
    for (int index = 0; index < batch.size(); index++, at += PER_ENTRY) {
      entry(arguments, at, first.plus(index), batch.get(index));
    }
    if (asking) {
      connection.sendCommand(Command.ASKING);
    }
    connection.sendCommand(Command.EVALSHA, arguments);
  }

  /** Reads the answer. Throws JedisDataException for an error answer. */
  @Nullable Object read(RawConnection connection) {
    if (asking) {
      connection.read();
    }
    return connection.read();
  }

  private void entry(byte[][] arguments, int at, EntryId id, StreamEvent event) {
    TurnId turn = EventCodec.turn(event);
    boolean start = event instanceof AttemptStarted;
    arguments[at] = ascii(id);
    arguments[at + 1] = ascii(event.type());
    arguments[at + 2] = turn == null ? EMPTY : ascii(turn);
    arguments[at + 3] = start ? ascii(append.turn().first()) : EMPTY;
    arguments[at + 4] = EventCodec.data(event).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the script's answer means; null: the turn's {@code done} can't be read, so it proves
   * nothing and the attempt may begin anew.
   */
  @Nullable AppendResult result(@Nullable Object answer) {
    return switch (answer) {
      case Long code when code == 1 -> new AppendResult.Appended(append.last());
      case Long code when code == 0 -> new AppendResult.NotOpen();
      case Long code when code == -1 -> new AppendResult.Fenced();
      case byte[] last when last.length == 0 -> new AppendResult.Gap(null);
      case byte[] last -> new AppendResult.Gap(EntryId.parse(text(last)));
      case List<?> done when done.getFirst() instanceof byte[] data ->
          EventCodec.event("done", text(data)) instanceof Generated outcome
              ? new AppendResult.Done(outcome)
              : null;
      case null, default ->
          throw new StoreUnavailableException("append.lua answered what it never answers");
    };
  }

  AppendCommand anew() {
    return new AppendCommand(
        new Append(append.turn(), append.first(), append.batch(), true), answer, redirects, asking);
  }

  AppendCommand redirected(boolean asks) {
    return new AppendCommand(append, answer, redirects + 1, asks);
  }

  private static byte[] ascii(Object value) {
    return value.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
