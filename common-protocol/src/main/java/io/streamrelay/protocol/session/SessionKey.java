package io.streamrelay.protocol.session;

import io.streamrelay.protocol.caller.Owner;

/** What names a session everywhere: the owner and the owner's id for it. */
public record SessionKey(Owner owner, SessionId session) {
  /** The Redis key of the session stream; the braces are the cluster's hash tag. */
  public String stream() {
    return "{user:" + owner.id() + ":chat:" + session.value() + "}";
  }

  /** The channel its appends are pushed on, in the same slot. */
  public String channel() {
    return "push:" + stream();
  }
}
