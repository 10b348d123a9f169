package io.streamrelay.gateway.cancel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.TurnStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a canceller is told.
 *
 * @param turnId the turn that was meant; absent where the session never had one
 * @param status a {@link TurnStatus}, or {@code idle}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CancelAnswer(@Nullable TurnId turnId, String status) {
  /** A problem, 404, where there is nothing of that name. */
  static CancelAnswer of(CancelResult result) {
    return switch (result) {
      case CancelResult.Known(var turn, var status) -> new CancelAnswer(turn, status.wire());
      case CancelResult.Idle() -> new CancelAnswer(null, "idle");
      case CancelResult.NoSession() ->
          throw Problem.notFound("there is no such session").exception();
      case CancelResult.NoTurn() ->
          throw Problem.notFound("the session has no such turn").exception();
    };
  }
}
