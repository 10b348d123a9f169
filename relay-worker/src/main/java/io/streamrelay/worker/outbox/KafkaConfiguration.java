package io.streamrelay.worker.outbox;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.OutboxProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/**
 * Kafka, where events go there and only there: {@code spring.kafka.*} are Boot's own properties.
 * There is no connection and no thread of Kafka's before the first event.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("relay.outbox.enabled")
@Import(KafkaAutoConfiguration.class)
class KafkaConfiguration {
  private static final String SERVERS = "spring.kafka.bootstrap-servers";
  private static final int CLOSE_SECONDS = 1;
  private static final Pattern SERVER = Pattern.compile("[^\\s,]+:\\d{1,5}");

  /** What order, at least once and a lease that is long enough rest on; not to be set otherwise. */
  @Bean
  DefaultKafkaProducerFactoryCustomizer dependable() {
    return factory -> {
      factory.setPhysicalCloseTimeout(CLOSE_SECONDS);
      factory.updateConfigs(
          Map.of(
              ProducerConfig.ACKS_CONFIG,
              "all",
              ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
              true,
              ProducerConfig.RETRIES_CONFIG,
              Integer.MAX_VALUE,
              ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
              5,
              ProducerConfig.LINGER_MS_CONFIG,
              0,
              ProducerConfig.MAX_BLOCK_MS_CONFIG,
              KafkaDestination.BLOCK.toMillis(),
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
              millis(KafkaDestination.DELIVERY),
              ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
              millis(KafkaDestination.DELIVERY) / 2,
              ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
              StringSerializer.class,
              ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
              StringSerializer.class));
    };
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  @Bean
  KafkaDestination kafkaDestination(
      ObjectProvider<DefaultKafkaProducerFactory<String, String>> factory,
      OutboxProperties properties,
      Environment environment) {
    check(environment);
    return new KafkaDestination(factory.getObject()::createProducer, properties.topic());
  }

  /** Boot's default is a broker on this machine. */
  private static void check(Environment environment) {
    List<String> servers =
        Binder.get(environment).bind(SERVERS, Bindable.listOf(String.class)).orElse(List.of());
    PropertyException.unless(
        !servers.isEmpty(),
        SERVERS,
        "is missing; relay.outbox.enabled needs it, <host>:<port>, several with commas");
    PropertyException.unless(
        servers.stream().allMatch(each -> SERVER.matcher(each).matches()),
        SERVERS,
        "must be <host>:<port>, several with commas");
  }
}
