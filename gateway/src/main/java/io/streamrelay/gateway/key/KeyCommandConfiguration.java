package io.streamrelay.gateway.key;

import io.streamrelay.gateway.command.PostgresCommandConfiguration;
import io.streamrelay.protocol.key.KeyConfiguration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** All a key command needs of a gateway. No {@code @Configuration}: a gateway doesn't find it. */
@Import(KeyConfiguration.class)
@EnableConfigurationProperties(DataSourceProperties.class)
class KeyCommandConfiguration {
  @Bean
  DataSource dataSource(DataSourceProperties where) {
    return PostgresCommandConfiguration.of(where, KeyCommandApplication.WORD, new Properties());
  }
}
