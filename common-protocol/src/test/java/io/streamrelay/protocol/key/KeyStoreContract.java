package io.streamrelay.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.CallerName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link KeyStore}, whatever it is made of. */
abstract class KeyStoreContract {
  private static final Pepper PEPPER = new Pepper("test", "pepper of a test");

  /** The store under test, which other tests may use too. */
  abstract KeyStore store();

  /** Moves what is noted of use into the past. */
  abstract void pass(Duration time);

  private CallerKey add(ApiKey key, boolean trusted, boolean admin) {
    NewKey made =
        new NewKey(key.prefix(), PEPPER.hash(key), new CallerName("ada"), "é", trusted, admin);
    assertThat(store().add(made)).isTrue();
    return find(key).key();
  }

  private KeyStore.HashedKey find(ApiKey key) {
    return Objects.requireNonNull(store().find(key.prefix()));
  }

  @Test
  void add_keepsWhatTheKeyMayAndItsHashOnly() {
    ApiKey key = ApiKey.make();

    CallerKey kept = add(key, true, false);

    assertThat(kept.caller()).isEqualTo(new CallerName("ada"));
    assertThat(kept.name()).isEqualTo("é");
    assertThat(kept.trusted()).isTrue();
    assertThat(kept.admin()).isFalse();
    assertThat(kept.lastUsedAt()).isNull();
    assertThat(kept.revokedAt()).isNull();
    assertThat(add(ApiKey.make(), false, true).admin()).isTrue();
    assertThat(PEPPER.fits(key, find(key).hash())).isTrue();
    assertThat(PEPPER.fits(ApiKey.make(), find(key).hash())).isFalse();
    assertThat(find(key).toString()).doesNotContain(find(key).hash());
  }

  @Test
  void add_refusesAPrefixThatIsTaken() {
    ApiKey key = ApiKey.make();
    add(key, false, false);

    NewKey twin =
        new NewKey(key.prefix(), PEPPER.hash(ApiKey.make()), new CallerName("eve"), "", true, true);

    assertThat(store().add(twin)).isFalse();
    assertThat(find(key).key().caller()).isEqualTo(new CallerName("ada"));
  }

  @Test
  void find_ofNoKeyIsNull() {
    assertThat(store().find(ApiKey.make().prefix())).isNull();
    assertThat(store().find("")).isNull();
  }

  @Test
  void list_hasTheNewestFirstAndNoMoreThanAsked() {
    CallerKey older = add(ApiKey.make(), false, false);
    pass(Duration.ofMillis(10));
    CallerKey newer = add(ApiKey.make(), false, false);

    List<UUID> all = store().list(1000).stream().map(CallerKey::id).toList();

    assertThat(all).containsSubsequence(newer.id(), older.id());
    assertThat(store().list(1)).extracting(CallerKey::id).containsExactly(newer.id());
  }

  @Test
  void revoke_isDoneOnceByPrefixOrId() {
    ApiKey one = ApiKey.make();
    CallerKey first = add(one, false, false);
    CallerKey second = add(ApiKey.make(), false, false);

    assertThat(store().revoke(one.prefix())).isInstanceOf(RevokeResult.Revoked.class);
    assertThat(store().revoke(second.id())).isInstanceOf(RevokeResult.Revoked.class);

    RevokeResult again = store().revoke(first.id());
    assertThat(again).isEqualTo(new RevokeResult.Before(find(one).key()));
    assertThat(find(one).key().revokedAt()).isNotNull();
    assertThat(store().revoke(UUID.randomUUID())).isEqualTo(new RevokeResult.Unknown());
    assertThat(store().revoke("srk_nobody00")).isEqualTo(new RevokeResult.Unknown());
  }

  @Test
  void live_leavesOutRevokedAndUnknownOnes() {
    CallerKey live = add(ApiKey.make(), false, false);
    CallerKey revoked = add(ApiKey.make(), false, false);
    store().revoke(revoked.id());

    assertThat(store().live(Set.of(live.id(), revoked.id(), UUID.randomUUID())))
        .containsExactly(live.id());
    assertThat(store().live(Set.of())).isEmpty();
  }

  @Test
  void used_isNotedAtMostOnceAMinute() {
    ApiKey key = ApiKey.make();
    UUID id = add(key, false, false).id();

    store().used(List.of(id, UUID.randomUUID()));
    var first = find(key).key().lastUsedAt();
    store().used(List.of(id));
    var second = find(key).key().lastUsedAt();
    pass(Duration.ofSeconds(61));
    var moved = find(key).key().lastUsedAt();
    store().used(List.of(id));

    assertThat(first).isNotNull();
    assertThat(second).isEqualTo(first);
    assertThat(find(key).key().lastUsedAt()).isAfter(moved);
  }
}
