package io.streamrelay.protocol.model;

import io.streamrelay.protocol.model.ModelProperties.Target;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;

/** The models' names from {@code relay.models}, for both tiers to import. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelProperties.class)
public class ModelConfiguration {
  /** {@code targets: provider/model} in place of a map of targets. */
  static final class OnlyTarget implements Converter<String, Map<String, Target>> {
    @Override
    public Map<String, Target> convert(String text) {
      return text.isBlank() ? Map.of() : Map.of(Target.ONLY, Target.of(text));
    }
  }

  @Bean
  @ConfigurationPropertiesBinding
  static OnlyTarget onlyTarget() {
    return new OnlyTarget();
  }

  @Bean
  ModelNames modelNames(ModelProperties properties) {
    return ModelNames.of(properties);
  }
}
