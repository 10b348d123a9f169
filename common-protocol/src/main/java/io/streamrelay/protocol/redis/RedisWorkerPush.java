package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.protocol.worker.WorkerReport;
import java.util.function.Consumer;

/**
 * Reports by a {@link RedisBroadcast}, orders by a channel {@code control:<worker>:drain} for each
 * worker. Thread-safe.
 */
final class RedisWorkerPush implements WorkerPush {
  static final String CHANNEL = "control:_workers";

  private final RedisConnections connections;
  private final RedisSubscriber subscriber;
  private final RedisBroadcast<WorkerReport> reports;

  /**
   * @param subscriber stays its maker's to close
   */
  RedisWorkerPush(RedisConnections connections, RedisSubscriber subscriber) {
    this.connections = connections;
    this.subscriber = subscriber;
    this.reports = new RedisBroadcast<>(CHANNEL, WorkerReport.class, connections, subscriber);
  }

  @Override
  public void report(WorkerReport report) {
    reports.tell(report);
  }

  @Override
  public void hear(Consumer<WorkerReport> listener) {
    reports.hear(listener);
  }

  @Override
  public void drain(String worker) {
    String channel = channel(worker);
    connections.calling(
        "order a drain", () -> connections.template().convertAndSend(channel, "drain"));
  }

  @Override
  public void onDrain(String worker, Runnable onDrain) {
    ChannelListener listener =
        new ChannelListener() {
          @Override
          public void message(byte[] payload) {
            onDrain.run();
          }

          @Override
          public void interrupted() {
            // an order that was missed is given again
          }
        };
    var _ = subscriber.subscribe(new Subscription(channel(worker), listener, true, false));
  }

  private static String channel(String worker) {
    return RedisControlPush.channel(worker) + ":drain";
  }
}
