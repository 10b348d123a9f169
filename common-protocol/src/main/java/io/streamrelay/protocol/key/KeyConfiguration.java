package io.streamrelay.protocol.key;

import io.streamrelay.protocol.turn.PostgresTransactions;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The key store on PostgreSQL, to be imported by what needs it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeyProperties.class)
public class KeyConfiguration {
  @Bean
  KeyStore keyStore(DataSource dataSource) {
    return new PostgresKeyStore(new PostgresTransactions(dataSource));
  }
}
