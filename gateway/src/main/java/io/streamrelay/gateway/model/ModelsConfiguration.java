package io.streamrelay.gateway.model;

import io.streamrelay.protocol.model.AvailabilityPush;
import io.streamrelay.protocol.model.ModelConfiguration;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.time.Time;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DefaultModelProperties.class)
@Import(ModelConfiguration.class)
class ModelsConfiguration {
  @Bean
  OfferedModels offeredModels(ModelNames names, DefaultModelProperties properties) {
    return new OfferedModels(names, properties.defaultModel());
  }

  @Bean
  HeardModels heardModels(Time time, AvailabilityPush push) {
    HeardModels heard = new HeardModels(time::nanos);
    push.hear(heard::hear);
    return heard;
  }
}
