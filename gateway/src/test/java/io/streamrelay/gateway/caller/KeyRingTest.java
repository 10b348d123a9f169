package io.streamrelay.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.gateway.caller.KeyRing.Answer;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.CallerKey;
import io.streamrelay.protocol.key.InMemoryKeys;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.key.Pepper;
import io.streamrelay.protocol.key.TestKeys;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyRingTest {
  private static final KeyProperties PROPERTIES =
      new KeyProperties(
          "pepper of a test", null, Duration.ofSeconds(15), Duration.ofMinutes(10), 100);
  private static final Pepper PEPPER = PROPERTIES.readPepper();

  private final StoppedTime time = new StoppedTime();
  private final InMemoryKeys keys = new InMemoryKeys(() -> time.nanos() / 1_000_000);
  private final AtomicInteger finds = new AtomicInteger();
  private final AtomicInteger checks = new AtomicInteger();
  private volatile boolean away;
  private final KeyRing ring = new KeyRing(counted(), PEPPER, PROPERTIES, time);

  private KeyStore counted() {
    return (KeyStore)
        Proxy.newProxyInstance(
            KeyStore.class.getClassLoader(),
            new Class<?>[] {KeyStore.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "find" -> finds.incrementAndGet();
                case "live" -> checks.incrementAndGet();
                default -> {}
              }
              if (away) {
                throw new StoreUnavailableException("away for a test", null);
              }
              try {
                return method.invoke(keys, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ApiKey make() {
    return TestKeys.make(keys, PEPPER, "ada", false, false);
  }

  private CallerKey kept(ApiKey key) {
    return Objects.requireNonNull(keys.find(key.prefix())).key();
  }

  @Test
  void find_asksOnceForAKnownKey() {
    ApiKey key = make();

    for (int i = 0; i < 100; i++) {
      assertThat(ring.find(key)).isEqualTo(new Answer.Good(kept(key)));
    }

    assertThat(finds).hasValue(1);
  }

  @Test
  void find_ofAnotherSecretUnderAKnownPrefixIsUnknownAndCostsNothing() {
    ApiKey key = make();
    ApiKey forged =
        Objects.requireNonNull(
            ApiKey.parse(key.prefix() + ApiKey.make().reveal().substring(key.prefix().length())));
    assertThat(ring.find(forged)).isEqualTo(new Answer.Unknown());
    assertThat(ring.find(key)).isInstanceOf(Answer.Good.class);
    finds.set(0);

    for (int i = 0; i < 100; i++) {
      assertThat(ring.find(forged)).isEqualTo(new Answer.Unknown());
    }

    assertThat(ring.find(key)).isInstanceOf(Answer.Good.class);
    assertThat(finds).hasValue(0);
  }

  @Test
  void find_remembersForAMinuteThatThereIsNone() {
    ApiKey stranger = ApiKey.make();

    for (int i = 0; i < 100; i++) {
      assertThat(ring.find(stranger)).isEqualTo(new Answer.Unknown());
    }
    assertThat(finds).hasValue(1);

    time.pass(Duration.ofSeconds(61));
    ring.find(stranger);
    assertThat(finds).hasValue(2);
  }

  @Test
  void find_asksNoMoreThanItMayHoweverManyStrangersCome() {
    for (int i = 0; i < 3000; i++) {
      ring.find(ApiKey.make());
    }
    assertThat(finds).hasValue(1000);
    assertThat(ring.find(ApiKey.make())).isEqualTo(new Answer.Away());

    time.pass(Duration.ofSeconds(1));
    for (int i = 0; i < 3000; i++) {
      ring.find(ApiKey.make());
    }
    assertThat(finds).hasValueBetween(1199, 1201);
  }

  @Test
  void find_ofManyAtOnceIsFewQueries() throws Exception {
    ApiKey key = make();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    AtomicInteger good = new AtomicInteger();
    for (int i = 0; i < 200; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  return;
                }
                if (ring.find(key) instanceof Answer.Good) {
                  good.incrementAndGet();
                }
              }));
    }

    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(good).hasValue(200);
    assertThat(finds).hasValueBetween(1, 4);
  }

  @Test
  void find_whileTheStoreIsAwayKnowsWhomItKnew() {
    ApiKey known = make();
    ApiKey never = make();
    ring.find(known);
    away = true;

    time.pass(Duration.ofMinutes(10));
    assertThat(ring.find(known)).isInstanceOf(Answer.Good.class);
    assertThat(ring.find(never)).isEqualTo(new Answer.Away());
    int asked = finds.get();
    assertThat(ring.find(never)).isEqualTo(new Answer.Away());
    assertThat(finds).hasValue(asked); // nobody waits again at once

    time.pass(Duration.ofSeconds(16));
    assertThat(ring.find(known)).isEqualTo(new Answer.Away());

    away = false;
    time.pass(Duration.ofSeconds(2));
    assertThat(ring.find(known)).isInstanceOf(Answer.Good.class);
    assertThat(ring.find(never)).isInstanceOf(Answer.Good.class);
  }

  @Test
  void find_interruptedSaysAwayAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThat(ring.find(make())).isEqualTo(new Answer.Away());
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void check_forgetsRevokedKeysAndNamesThoseOfOpenStreams() {
    ApiKey revoked = make();
    ApiKey good = make();
    ring.find(revoked);
    ring.find(good);
    ApiKey elsewhere = make(); // opened a stream, and was forgotten since
    keys.revoke(revoked.prefix());
    keys.revoke(elsewhere.prefix());

    Set<UUID> found = ring.check(Set.of(kept(elsewhere).id(), kept(good).id()));

    assertThat(found).containsExactlyInAnyOrder(kept(revoked).id(), kept(elsewhere).id());
    assertThat(checks).hasValue(1);
    assertThat(ring.find(revoked)).isEqualTo(new Answer.Unknown());
    assertThat(ring.find(good)).isInstanceOf(Answer.Good.class);
  }

  @Test
  void check_keepsAKeyGoodForEver() {
    ApiKey key = make();
    for (int i = 0; i < 1000; i++) {
      ring.find(key);
      time.pass(Duration.ofSeconds(15));
      assertThat(ring.check(Set.of())).isEmpty();
    }
    assertThat(finds).hasValue(1);
  }

  @Test
  void check_notesUseAtMostOnceAMinuteAndOnlyIfThereWasAny() {
    ApiKey key = make();
    ring.find(key);
    ring.check(Set.of());
    var first = kept(key).lastUsedAt();

    time.pass(Duration.ofSeconds(30));
    ring.find(key);
    ring.check(Set.of());
    assertThat(first).isNotNull();
    assertThat(kept(key).lastUsedAt()).isEqualTo(first);

    time.pass(Duration.ofSeconds(31));
    ring.check(Set.of());
    assertThat(kept(key).lastUsedAt()).isEqualTo(first); // not used since
    ring.find(key);
    ring.check(Set.of());
    var second = kept(key).lastUsedAt();
    assertThat(second).isAfter(first);

    time.pass(Duration.ofSeconds(61));
    ring.check(Set.of(kept(key).id())); // a stream is open
    assertThat(kept(key).lastUsedAt()).isAfter(second);
  }

  @Test
  void check_whileTheStoreIsAwayChangesNothing() {
    ApiKey key = make();
    ring.find(key);
    away = true;

    assertThatThrownBy(() -> ring.check(Set.of())).isInstanceOf(StoreUnavailableException.class);

    assertThat(ring.find(key)).isInstanceOf(Answer.Good.class);
  }

  @Test
  void check_asksNothingWhereNothingIsInUse() {
    ring.find(make());
    ring.standing(kept(make()).id());
    checks.set(0);
    time.pass(Duration.ofMinutes(11));

    assertThat(ring.check(Set.of())).isEmpty();

    assertThat(checks).hasValue(0);
  }

  @Test
  void find_ofARevokedKeyOfWhichNothingWasHeardForLongIsOneQuery() {
    ApiKey key = make();
    ring.find(key);
    keys.revoke(key.prefix());
    time.pass(PROPERTIES.check().plus(PROPERTIES.outage()).plusMillis(1));
    finds.set(0);

    for (int i = 0; i < 100; i++) {
      assertThat(ring.find(key)).isEqualTo(new Answer.Unknown());
    }

    assertThat(finds).hasValue(1);
  }

  @Test
  void find_forgetsTheLongestUnusedBeyondItsBound() {
    List<ApiKey> many = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      many.add(make());
    }
    many.forEach(ring::find);
    finds.set(0);

    assertThat(ring.find(many.getLast())).isInstanceOf(Answer.Good.class);
    assertThat(finds).hasValue(0);
    assertThat(ring.find(many.getFirst())).isInstanceOf(Answer.Good.class);
    assertThat(finds).hasValue(1);
  }

  @Test
  void standing_isAskedOnceAndLostWithTheKey() {
    UUID key = kept(make()).id();

    assertThat(ring.standing(key)).isEqualTo(KeyRing.Standing.GOOD);
    assertThat(ring.standing(key)).isEqualTo(KeyRing.Standing.GOOD);
    assertThat(checks).hasValue(1);
    assertThat(ring.standing(UUID.randomUUID())).isEqualTo(KeyRing.Standing.NONE);
    keys.revoke(key);

    assertThat(ring.check(Set.of())).containsExactly(key);
    assertThat(ring.standing(key)).isEqualTo(KeyRing.Standing.NONE);
  }

  @Test
  void standing_staysGoodForAWhileWithoutTheStore() {
    UUID key = kept(make()).id();
    UUID never = kept(make()).id();
    ring.standing(key);
    away = true;

    assertThat(ring.standing(key)).isEqualTo(KeyRing.Standing.GOOD);
    assertThat(ring.standing(never)).isEqualTo(KeyRing.Standing.AWAY);
    time.pass(PROPERTIES.check().plus(PROPERTIES.outage()).plusMillis(1));
    assertThat(ring.standing(key)).isEqualTo(KeyRing.Standing.AWAY);
  }
}
