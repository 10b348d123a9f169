package io.streamrelay.gateway;

import io.streamrelay.gateway.store.StoreConfiguration;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.time.Time;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/**
 * The gateway as a process. What it is made of is in the packages' {@code …Configuration}s; those
 * of the management port belong to its own context and are left out here.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan(
    excludeFilters = {
      @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
      @Filter(ManagementContextConfiguration.class)
    })
public class GatewayApplication {
  public static void main(String[] arguments) {
    Class<?>[] sources = {GatewayApplication.class, StoreConfiguration.class};
    SpringApplication.run(sources, arguments);
  }

  @Bean
  Time time() {
    return new SystemTime();
  }
}
