package io.streamrelay.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link StreamTokens} must do. */
public abstract class StreamTokensContract {
  private static final SessionId SESSION = new SessionId("s-1");

  /** More than one round trip may take. */
  private static final int MANY = 1001;

  private static final Duration MOMENT = Duration.ofSeconds(2);

  private final StreamTokenId token = StreamTokenId.of(StreamToken.make(), SESSION);
  private final StreamGrant grant =
      new StreamGrant(Owner.of(new CallerName("a|b"), "u/1"), UUID.randomUUID());

  protected abstract StreamTokens tokens();

  /** Lets time pass, for these tokens at least. */
  protected abstract void pass(Collection<StreamTokenId> tokens, Duration time);

  private void pass(StreamTokenId token, Duration time) {
    pass(List.of(token), time);
  }

  @Test
  void use_givesWhatItWasMadeWith() {
    StreamTokenId dev = StreamTokenId.of(StreamToken.make(), SESSION);
    tokens().add(token, grant);
    tokens().add(dev, new StreamGrant(Owner.DEV, null));

    assertThat(tokens().use(token)).isEqualTo(grant);
    assertThat(tokens().use(token)).isEqualTo(grant);
    assertThat(tokens().use(dev)).isEqualTo(new StreamGrant(Owner.DEV, null));
  }

  @Test
  void token_ofAnotherSessionOrUnknownIsNone() {
    StreamToken secret = StreamToken.make();
    tokens().add(StreamTokenId.of(secret, SESSION), grant);

    assertThat(tokens().use(StreamTokenId.of(secret, new SessionId("s-2")))).isNull();
    assertThat(tokens().use(token)).isNull();
  }

  @Test
  void unused_endsAfterAMinute() {
    tokens().add(token, grant);
    pass(token, StreamTokens.UNUSED);

    assertThat(tokens().use(token)).isNull();
  }

  @Test
  void used_isGoodForFiveMinutesAfterEachUse() {
    tokens().add(token, grant);
    pass(token, StreamTokens.UNUSED.minus(MOMENT));
    assertThat(tokens().use(token)).isEqualTo(grant);
    pass(token, StreamTokens.USED.minus(MOMENT));
    assertThat(tokens().use(token)).isEqualTo(grant);
    pass(token, StreamTokens.USED);

    assertThat(tokens().use(token)).isNull();
  }

  @Test
  void kept_isGoodOnAndNeverAgain() {
    StreamTokenId never = StreamTokenId.of(StreamToken.make(), SESSION);
    tokens().add(token, grant);
    tokens().use(token);
    pass(token, StreamTokens.USED.minus(MOMENT));
    tokens().keep(List.of(token, never));
    pass(token, StreamTokens.USED.minus(MOMENT));
    assertThat(tokens().use(token)).isEqualTo(grant);
    pass(token, StreamTokens.USED);
    tokens().keep(List.of(token));

    assertThat(tokens().use(token)).isNull();
    assertThat(tokens().use(never)).isNull();
  }

  @Test
  void kept_areManyAtOnce() {
    List<StreamTokenId> many = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      StreamTokenId one = StreamTokenId.of(StreamToken.make(), SESSION);
      tokens().add(one, grant);
      many.add(one);
    }
    tokens().keep(many);

    pass(many, StreamTokens.USED.minus(MOMENT));
    assertThat(many).allSatisfy(one -> assertThat(tokens().use(one)).isEqualTo(grant));
  }

  @Test
  void kept_mayBeNone() {
    assertThatNoException().isThrownBy(() -> tokens().keep(List.of()));
  }

  @Test
  void token_hasItsFormAndShowsNothing() {
    StreamToken made = StreamToken.make();

    assertThat(made.reveal()).hasSize(43);
    assertThat(made.toString()).doesNotContain(made.reveal());
    assertThat(StreamTokenId.of(made, SESSION).key()).matches("token:[0-9a-f]{64}");
    StreamToken read = StreamToken.parse(made.reveal());
    assertThat(read).isNotNull();
    assertThat(StreamTokenId.of(read, SESSION)).isEqualTo(StreamTokenId.of(made, SESSION));
    for (String wrong :
        List.of("", "a", made.reveal() + "A", "*".repeat(43), "a".repeat(42) + "b")) {
      assertThat(StreamToken.parse(wrong)).as(wrong).isNull();
    }
  }
}
