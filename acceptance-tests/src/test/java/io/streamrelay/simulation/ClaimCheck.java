package io.streamrelay.simulation;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.FinishResult;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the transactions of attempts as they take place. I4: only the last claimant saves. And
 * no turn is given up for attempts that nobody made: a claim repeated, or handed over, is none.
 */
final class ClaimCheck {
  private final World world;
  private final Map<TurnId, Claims> claims = new HashMap<>();
  private final Map<String, Integer> byModel = new HashMap<>();

  ClaimCheck(World world) {
    this.world = world;
  }

  private static final class Claims {
    private @Nullable String token;
    private long epoch;
    private int attempts;
    private boolean free;
  }

  /** How often turns that ask for a model were claimed. */
  int claims(String model) {
    return byModel.getOrDefault(model, 0);
  }

  /** A transaction took place; others than those of attempts are none of its business. */
  void took(String method, Object @Nullable [] arguments, @Nullable Object answer) {
    if (arguments == null) {
      return;
    }
    switch (method) {
      case "claim" -> claimed((ClaimRequest) arguments[0], answer);
      case "handOver" -> mayBeFree((TurnId) arguments[0], (Long) arguments[1]);
      case "putOff" -> {
        if (Boolean.TRUE.equals(answer)) {
          mayBeFree((TurnId) arguments[0], (Long) arguments[1]);
        }
      }
      case "finish" -> {
        if (arguments[0] instanceof Ending.ByAttempt end
            && answer instanceof FinishResult.Finished(var saved, var promotion)
            && saved != null) {
          saved(end);
        }
      }
      default -> {}
    }
  }

  private void claimed(ClaimRequest request, @Nullable Object answer) {
    Claims turn = of(request.turn());
    if (answer instanceof ClaimResult.Claimed claimed) {
      turn.epoch = claimed.epoch();
      count(turn, request.token(), claimed.request().model());
    } else if (answer instanceof ClaimResult.Ended(var now, var promotion)
        && now == FailureCode.ATTEMPTS_EXHAUSTED
        && turn.attempts < TurnStore.MAX_ATTEMPTS) {
      world.violation(
          "fewer attempts made than counted", () -> request.turn() + " " + turn.attempts);
    }
  }

  private void count(Claims turn, String token, String model) {
    if (!token.equals(turn.token)) {
      turn.token = token;
      turn.attempts += turn.free ? 0 : 1;
      turn.free = false;
      byModel.merge(model, 1, Integer::sum);
    }
  }

  private void mayBeFree(TurnId turn, long epoch) {
    of(turn).free |= of(turn).epoch == epoch;
  }

  private void saved(Ending.ByAttempt end) {
    long latest = of(end.turn()).epoch;
    if (latest != end.epoch()) {
      world.violation("I4 an earlier attempt saved", () -> end + " " + latest);
    }
  }

  private Claims of(TurnId turn) {
    return claims.computeIfAbsent(turn, id -> new Claims());
  }
}
