package io.streamrelay.gateway;

import io.streamrelay.gateway.command.TurnsCommandApplication;
import io.streamrelay.gateway.doctor.DoctorCommandApplication;
import io.streamrelay.gateway.key.KeyCommandApplication;
import io.streamrelay.gateway.migrate.MigrateCommandApplication;
import io.streamrelay.gateway.store.StoreConfiguration;
import io.streamrelay.protocol.time.Carriers;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.time.Time;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The gateway as a process. What it is made of is in the packages' {@code …Configuration}s. */
@SpringBootApplication(
    proxyBeanMethods = false,
    exclude = {
      UserDetailsServiceAutoConfiguration.class, // there are no users with passwords
      OpenTelemetryLoggingAutoConfiguration.class, // logs are written, not sent
      WebMvcObservationAutoConfiguration.class // http.ObservationFilter is in its place
    })
public class GatewayApplication {
  /**
   * With {@code key}, {@code turns}, {@code doctor} or {@code migrate} as its first argument it is
   * that command: see {@code key help} and so on.
   */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals(KeyCommandApplication.WORD)) {
      List<String> command = List.of(arguments).subList(1, arguments.length);
      System.exit(KeyCommandApplication.run(command));
    }
    if (arguments.length > 0 && arguments[0].equals(TurnsCommandApplication.WORD)) {
      List<String> command = List.of(arguments).subList(1, arguments.length);
      System.exit(TurnsCommandApplication.run(command, System.getenv(), System.out, System.err));
    }
    if (arguments.length > 0 && arguments[0].equals(DoctorCommandApplication.WORD)) {
      List<String> command = List.of(arguments).subList(1, arguments.length);
      System.exit(DoctorCommandApplication.run(command, System.getenv()));
    }
    if (arguments.length > 0 && arguments[0].equals(MigrateCommandApplication.WORD)) {
      List<String> command = List.of(arguments).subList(1, arguments.length);
      System.exit(MigrateCommandApplication.run(command));
    }
    Carriers.halveUnlessSet();
    Class<?>[] sources = {GatewayApplication.class, StoreConfiguration.class};
    SpringApplication.run(sources, arguments);
  }

  @Bean
  Time time() {
    return new SystemTime();
  }
}
