package io.streamrelay.protocol.metric;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The metrics of either tier, beside its own. */
@Configuration(proxyBeanMethods = false)
public class MetricConfiguration {
  @Bean
  MeterFilter frameworkMeters() {
    return new FrameworkMeters();
  }

  @Bean
  MeterFilter seriesBound() {
    return new SeriesBound();
  }

  /** What runs here, as labels of a constant. */
  @Bean
  MeterBinder buildMeter(ObjectProvider<BuildProperties> build) {
    BuildProperties built = build.getIfAvailable();
    String version = built == null ? "development" : orUnknown(built.getVersion());
    String commit = built == null ? "unknown" : orUnknown(built.get("commit"));
    return registry ->
        Gauge.builder("relay.build.info", () -> 1)
            .description("1; version and commit of what runs here")
            .tag("version", version)
            .tag("commit", commit)
            .register(registry);
  }

  private static String orUnknown(@Nullable String text) {
    return Objects.requireNonNullElse(text, "unknown");
  }
}
