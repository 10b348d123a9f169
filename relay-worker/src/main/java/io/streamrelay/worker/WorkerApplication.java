package io.streamrelay.worker;

import io.streamrelay.protocol.time.Carriers;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.metrics.KafkaMetricsAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;

/** The relay worker as a process. */
@SpringBootApplication(
    exclude = {
      OpenTelemetryLoggingAutoConfiguration.class, // logs are written, not sent
      KafkaAutoConfiguration.class, // only where the outbox asks for it
      KafkaMetricsAutoConfiguration.class
    })
@ConfigurationPropertiesScan
public class WorkerApplication {
  public static void main(String[] arguments) {
    Carriers.halveUnlessSet();
    SpringApplication.run(WorkerApplication.class, arguments);
  }
}
