package io.streamrelay.worker.outbox;

import io.streamrelay.protocol.turn.Destinations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Kafka, by the CloudEvents binding: structured mode, and the session as key, so that a session's
 * events are in one partition. All events are under way together. Thread-safe.
 */
final class KafkaDestination implements Destination {
  /** Until Kafka must have acknowledged an event. */
  static final Duration DELIVERY = Duration.ofSeconds(5);

  /** For a connection and the topic's partitions, or room in the buffer. */
  static final Duration BLOCK = Duration.ofSeconds(4);

  private static final byte[] CONTENT_TYPE =
      "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<Producer<String, String>> producers;
  private final String topic;

  /**
   * @param producers give one that may be closed again; throwing KafkaException while there is none
   */
  KafkaDestination(Supplier<Producer<String, String>> producers, String topic) {
    this.producers = producers;
    this.topic = topic;
  }

  @Override
  public String name() {
    return Destinations.KAFKA;
  }

  @Override
  public List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException {
    long until = System.nanoTime() + BLOCK.plus(DELIVERY).toNanos();
    List<Future<?>> sent = send(events);
    List<Delivery> deliveries = new ArrayList<>();
    for (Future<?> each : sent) {
      deliveries.add(await(each, until));
    }
    return deliveries;
  }

  /**
   * Once one has waited for Kafka in vain the others aren't tried: each would wait as long.
   *
   * @return one for each event
   */
  private List<Future<?>> send(List<OutboxEvent> events) throws InterruptedException {
    List<Future<?>> sent = new ArrayList<>();
    Future<?> refused = null;
    try (Producer<String, String> producer = producers.get()) {
      for (OutboxEvent event : events) {
        Future<?> one = refused != null ? refused : producer.send(record(event));
        sent.add(one);
        if (one.state() == Future.State.FAILED && !isForEver(one.exceptionNow())) {
          refused = one;
        }
      }
    } catch (InterruptException e) {
      Thread.interrupted(); // told by the exception from here on
      throw new InterruptedException();
    } catch (KafkaException e) {
      while (sent.size() < events.size()) {
        sent.add(CompletableFuture.failedFuture(e));
      }
    }
    return sent;
  }

  private ProducerRecord<String, String> record(OutboxEvent event) {
    // A session's name has no slash in it: no two sessions have the same key.
    String key = event.owner() + "/" + event.session();
    ProducerRecord<String, String> record = new ProducerRecord<>(topic, key, event.json());
    record.headers().add("content-type", CONTENT_TYPE);
    return record;
  }

  private static Delivery await(Future<?> sent, long until) throws InterruptedException {
    try {
      sent.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Delivery.Done();
    } catch (TimeoutException e) {
      return new Delivery.Later("no answer", null);
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      String name = why.getClass().getSimpleName();
      return isForEver(why) ? new Delivery.Never(name) : new Delivery.Later(name, null);
    }
  }

  private static boolean isForEver(Throwable e) {
    return e instanceof RecordTooLargeException || e instanceof SerializationException;
  }
}
