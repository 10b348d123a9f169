package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.Problem;

/** What a request's headers say about who sent it. */
sealed interface Identity {
  /** It is this caller. */
  record Known(Caller caller) implements Identity {}

  /** It isn't, or it can't be told now. */
  record Refused(Problem problem) implements Identity {}
}
