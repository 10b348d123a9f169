package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.TurnStatus;

/** The answer to a submission that isn't streamed. */
record SubmittedTurn(TurnId turnId, SessionId sessionId, TurnStatus status, String streamUrl) {}
