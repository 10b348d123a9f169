package io.streamrelay.worker.outbox;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker with one topic, in this JVM. Not thread-safe. */
public final class TestKafka implements AutoCloseable {
  private static final int PARTITIONS = 3;

  private final EmbeddedKafkaKraftBroker broker;
  private final String topic;

  private TestKafka(EmbeddedKafkaKraftBroker broker, String topic) {
    this.broker = broker;
    this.topic = topic;
  }

  public static TestKafka start(String topic) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS, topic);
    broker.kafkaPorts(port); // the same after it was stopped
    broker.brokerListProperty("test.kafka.servers"); // not where other tests would find it
    broker.afterPropertiesSet();
    return new TestKafka(broker, topic);
  }

  /** As {@code spring.kafka.bootstrap-servers} wants it. */
  public String servers() {
    return broker.getBrokersAsString();
  }

  void stop() {
    server().shutdown();
    server().awaitShutdown();
  }

  void goOn() {
    server().startup();
  }

  private BrokerServer server() {
    return broker.getCluster().brokers().values().iterator().next();
  }

  /** All that is in the topic now: those of one key in their order. */
  public List<ConsumerRecord<String, String>> records() {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS).mapToObj(each -> new TopicPartition(topic, each)).toList();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    broker.destroy();
  }
}
