package io.streamrelay.protocol.key;

import io.streamrelay.protocol.turn.TestPostgres;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

class PostgresKeysTest extends KeyStoreContract {
  private final KeyStore keys = new KeyConfiguration().keyStore(TestPostgres.dataSource());

  @Override
  KeyStore store() {
    return keys;
  }

  @Override
  void pass(Duration time) {
    JdbcClient.create(TestPostgres.dataSource())
        .sql(
            """
            UPDATE api_keys
            SET created_at = created_at - :millis * interval '1 ms',
                last_used_at = last_used_at - :millis * interval '1 ms'
            """)
        .param("millis", time.toMillis())
        .update();
  }
}
