package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * How much a model takes, and how a prompt is brought into it. Sizes are estimates: the provider
 * has the last word.
 *
 * @param tokens of prompt and answer together; null: unknown, nothing is left out before somebody
 *     says so
 */
record ContextWindow(@Nullable Integer tokens) {
  /** Room for an answer that has no limit: an eighth, at most so many. */
  private static final int MOST_ROOM = 4096;

  /** An estimate so many times over the window is no error of the estimate. */
  private static final int SURELY = 2;

  /** How often a provider is asked again with less. */
  private static final int ROUNDS = 4;

  /** Whether both are known, and this takes more. */
  boolean isLargerThan(ContextWindow other) {
    return tokens != null && other.tokens != null && tokens > other.tokens;
  }

  /**
   * As much of a request's prompt as fits; passages are left out first, then turns.
   *
   * @throws ProviderException {@code context_too_long} if what must stay is far more than the
   *     window
   */
  Prompt fitting(ProviderRequest request) throws ProviderException {
    Prompt whole = request.prompt();
    if (tokens == null) {
      return whole;
    }
    long needed = whole.tokensThatStay() + Tokens.beside(request);
    if (needed > (long) SURELY * tokens) {
      throw new ProviderException(
          FailureCode.CONTEXT_TOO_LONG, "the message alone is far more than the model takes");
    }
    int passages = whole.passages();
    int turns = whole.turns();
    for (int i = 0; i < passages; i++) {
      needed += whole.tokensOfPassage(i);
    }
    for (int i = 0; i < turns; i++) {
      needed += whole.tokensOfTurn(i);
    }
    long most = tokens - room(request.parameters().maxTokens(), tokens);
    while (passages > 0 && needed > most) {
      passages--;
      needed -= whole.tokensOfPassage(passages);
    }
    while (turns > 0 && needed > most) {
      needed -= whole.tokensOfTurn(whole.turns() - turns);
      turns--;
    }
    return whole.with(passages, turns);
  }

  private static long room(@Nullable Integer maxTokens, int window) {
    return maxTokens == null ? Math.min(MOST_ROOM, window / 8) : Math.min(maxTokens, window / 2);
  }

  /**
   * Less of a prompt that the provider found too long: without passages, then with half of the
   * turns, in the last round with none.
   *
   * @param round from 1
   * @return null if there is nothing more to leave out, or it was tried often enough
   */
  static @Nullable Prompt less(Prompt prompt, int round) {
    if (round > ROUNDS) {
      return null;
    }
    if (prompt.passages() > 0) {
      return prompt.with(0, prompt.turns());
    }
    return prompt.turns() == 0 ? null : prompt.with(0, round == ROUNDS ? 0 : prompt.turns() / 2);
  }
}
