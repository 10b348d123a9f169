package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;

/**
 * A turn that has become active: what its user entry and its job say.
 *
 * @param keepFrom for {@link io.streamrelay.protocol.session.SessionStream#open}
 */
public record Activation(ActiveTurn turn, UserMessage user, long keepFrom, Lane lane) {}
