package io.streamrelay.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.StoreSwitch;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamProperties;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.InMemoryKeys;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.key.TestKeys;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class KeyWatchTest {
  private static final KeyProperties PROPERTIES =
      new KeyProperties(
          "pepper of a test", null, Duration.ofSeconds(15), Duration.ofMinutes(10), 100);

  private final StoppedTime time = new StoppedTime();
  private final InMemoryKeys keys = new InMemoryKeys(() -> time.nanos() / 1_000_000);
  private final StoreSwitch postgres = new StoreSwitch();
  private final KeyRing ring =
      new KeyRing(postgres.before(KeyStore.class, keys), PROPERTIES.readPepper(), PROPERTIES, time);
  private final OpenStreams open = new OpenStreams(new StreamProperties(5000, 5000));
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final KeyWatch watch = new KeyWatch(ring, open, Duration.ofHours(1));

  private ApiKey key() {
    return TestKeys.make(keys, PROPERTIES.readPepper(), "ada", false, false);
  }

  private UUID idOf(ApiKey key) {
    return Objects.requireNonNull(keys.find(key.prefix())).key().id();
  }

  private void byKey(ApiKey key, String name) {
    open.take(new Caller(Owner.DEV, idOf(key), false)).onRevoked(() -> ended.add(name));
  }

  private void byToken(ApiKey key, String name) {
    StreamTokenId token = StreamTokenId.of(StreamToken.make(), new SessionId("s"));
    open.take(new Caller(Owner.DEV, idOf(key), false, token)).onRevoked(() -> ended.add(name));
  }

  @Test
  void look_endsWhatARevokedKeyOpenedAndNothingElse() {
    ApiKey revoked = key();
    ApiKey good = key();
    byKey(revoked, "by the revoked key");
    byToken(revoked, "by its token");
    byKey(good, "by the good key");
    byToken(good, "by the good key's token");
    open.take(new Caller(Owner.DEV, null, false)).onRevoked(() -> ended.add("by nobody's key"));
    keys.revoke(revoked.prefix());

    watch.look();

    assertThat(ended).containsExactlyInAnyOrder("by the revoked key", "by its token");
  }

  @Test
  void look_endsWhatAKeyOpenedThatIsNotThereAnyMore() {
    open.take(new Caller(Owner.DEV, UUID.randomUUID(), false)).onRevoked(() -> ended.add("gone"));

    watch.look();

    assertThat(ended).containsExactly("gone");
  }

  @Test
  void look_whileTheStoreIsAwayEndsNothingUntilItIsBack() {
    ApiKey revoked = key();
    ApiKey good = key();
    byToken(revoked, "revoked");
    byToken(good, "good");
    keys.revoke(revoked.prefix());
    postgres.setAway(true);

    watch.look();
    assertThat(ended).isEmpty();

    postgres.setAway(false);
    watch.look();
    assertThat(ended).containsExactly("revoked");
  }

  @Test
  void look_findsOneAmongMany() {
    List<ApiKey> many = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      many.add(key());
    }
    many.forEach(key -> byToken(key, key.prefix()));
    keys.revoke(many.get(1234).prefix());

    watch.look();

    assertThat(ended).containsExactly(many.get(1234).prefix());
  }

  @Test
  void start_looksAtOnce() throws Exception {
    ApiKey revoked = key();
    byKey(revoked, "revoked");
    keys.revoke(revoked.prefix());

    watch.start();
    await().until(() -> ended.contains("revoked"));
    watch.close();

    assertThat(postgres.calls()).isEqualTo(1);
  }
}
