package io.streamrelay.gateway.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.TurnOverview.Line;
import io.streamrelay.protocol.turn.TurnStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A turn, as operators see it.
 *
 * @param user the end user its caller acted for; absent if it acted for none
 * @param attempt how many began
 * @param worker of the newest attempt
 * @param ageMillis since it was handed in
 * @param lastAppendMillis how long ago its worker last sent something to the session stream
 * @param job the newest attempt's job
 * @param held who has that job
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AdminTurn(
    TurnId turnId,
    SessionId sessionId,
    String caller,
    @Nullable String user,
    TurnStatus status,
    @Nullable FailureCode failureCode,
    String model,
    String lane,
    int attempt,
    @Nullable String worker,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant notBefore,
    @Nullable Instant endedAt,
    Instant deadline,
    long ageMillis,
    @Nullable Long lastAppendMillis,
    @Nullable String job,
    @Nullable Held held) {

  /**
   * @param idleMillis since the lease was last renewed
   * @param deliveries how often the job was claimed
   */
  record Held(String worker, long idleMillis, long deliveries) {
    static Held of(HeldJobs.Hold hold) {
      return new Held(hold.worker(), hold.idle().toMillis(), hold.deliveries());
    }
  }

  static AdminTurn of(TurnLists.Item item) {
    Line turn = item.line();
    Owner owner = turn.session().owner();
    String caller = owner.caller().value();
    return new AdminTurn(
        turn.turn(),
        turn.session().session(),
        caller,
        owner.id().equals(caller) ? null : owner.id().substring(caller.length() + 1),
        turn.status(),
        turn.failureCode(),
        turn.model(),
        turn.lane().wire(),
        turn.attempt(),
        turn.worker(),
        turn.createdAt(),
        turn.startedAt(),
        turn.notBefore(),
        turn.endedAt(),
        turn.deadline(),
        turn.age().toMillis(),
        item.quiet() == null ? null : item.quiet().toMillis(),
        turn.job() == null ? null : turn.job().toString(),
        item.hold() == null ? null : Held.of(item.hold()));
  }
}
