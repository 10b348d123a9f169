package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.trace.Traceparent;
import org.jspecify.annotations.Nullable;

/**
 * A turn that has become active: what its user entry and its job say.
 *
 * @param keepFrom for {@link io.streamrelay.protocol.session.SessionStream#open}
 * @param traceparent of the submit; null if there is none
 */
public record Activation(
    ActiveTurn turn,
    UserMessage user,
    long keepFrom,
    Lane lane,
    @Nullable Traceparent traceparent) {}
