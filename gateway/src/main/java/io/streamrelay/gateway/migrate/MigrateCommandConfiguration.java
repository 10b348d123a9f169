package io.streamrelay.gateway.migrate;

import io.streamrelay.gateway.command.PostgresCommandConfiguration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;

/** PostgreSQL, and nothing else. No {@code @Configuration}: a gateway doesn't find it. */
@EnableConfigurationProperties(DataSourceProperties.class)
class MigrateCommandConfiguration {
  @Bean
  DataSource dataSource(DataSourceProperties where) {
    Properties patient = new Properties();
    patient.setProperty("socketTimeout", "0"); // a migration may take its time
    patient.setProperty("tcpKeepAlive", "true");
    patient.setProperty("logServerErrorDetail", "false"); // values of rows: what users said
    return PostgresCommandConfiguration.of(where, MigrateCommandApplication.WORD, patient);
  }
}
