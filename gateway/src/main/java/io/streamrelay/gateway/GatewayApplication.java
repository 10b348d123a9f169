package io.streamrelay.gateway;

import io.streamrelay.gateway.store.StoreConfiguration;
import io.streamrelay.protocol.time.Carriers;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.time.Time;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The gateway as a process. What it is made of is in the packages' {@code …Configuration}s. */
@SpringBootApplication(proxyBeanMethods = false)
public class GatewayApplication {
  public static void main(String[] arguments) {
    Carriers.halveUnlessSet();
    Class<?>[] sources = {GatewayApplication.class, StoreConfiguration.class};
    SpringApplication.run(sources, arguments);
  }

  @Bean
  Time time() {
    return new SystemTime();
  }
}
