package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.session.PushSubscriberContract.Heard;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A writer and a reader of one session while servers come and go. */
final class TopologyChange implements AutoCloseable {
  private static final RedisProtocolProperties PROPERTIES = RedisProtocolProperties.DEFAULTS;

  final RedisConnections redis;
  final SteadyWriter writer;
  final Heard heard = new Heard();

  private final SessionKey session;
  private final RedisSessionStream stream;
  private final RedisSessionAppender appender;
  private final RedisSubscriber subscriber;

  /** Begins, and waits until some entries were written and heard. */
  TopologyChange(RedisConnections redis, SessionKey session) {
    this.redis = redis;
    this.session = session;
    this.stream = new RedisSessionStream(redis, PROPERTIES);
    this.appender = new RedisSessionAppender(redis, PROPERTIES, new SimpleMeterRegistry());
    this.subscriber = new RedisSubscriber(redis, PROPERTIES);
    this.writer = new SteadyWriter(session, stream, appender);
    new RedisPushSubscriber(subscriber)
        .subscribe(session, heard)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
    writer.begin();
    awaitProgress(Duration.ofSeconds(10));
  }

  /** Waits until entries that come from now on are acknowledged and heard. */
  void awaitProgress(Duration atMost) {
    int from = writer.acknowledged() + 20;
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> writer.acknowledged() > from && lastHeard() > from);
  }

  private int lastHeard() {
    return heard.pushes.isEmpty() ? -1 : heard.entries().getLast().id().seq();
  }

  void awaitInterruptions(int count) {
    await().atMost(Duration.ofSeconds(15)).until(() -> heard.interruptions.get() >= count);
  }

  /** Ends the writer: the stream holds all it wrote, each once, and no push said another thing. */
  void endsWhole() throws Exception {
    List<Entry> written = writer.end();
    List<Entry> read = readAll(written.size());
    assertThat(read).isEqualTo(written);
    assertThat(heard.entries()).isSubsetOf(written);
  }

  private List<Entry> readAll(int count) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .ignoreException(StoreUnavailableException.class)
        .until(() -> stream.read(session, EntryId.ZERO, count + 10), read -> true);
  }

  @Override
  public void close() {
    writer.close();
    appender.close();
    subscriber.close();
    redis.close();
  }
}
