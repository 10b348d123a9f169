package io.streamrelay.quickstart;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Redis and PostgreSQL as {@code up} runs them: durable. Threads: one starts them, another may stop
 * them at any time.
 */
final class Stores {
  /** Ten gateways and ten workers hold 17 each. */
  private static final int MOST_CONNECTIONS = 400;

  private final Console console;
  private volatile @Nullable EmbeddedRedis redis;
  private volatile @Nullable EmbeddedPostgreSql postgreSql;

  Stores(Console console) {
    this.console = console;
  }

  /** What services need to reach them. */
  Map<String, String> start(DataRoot root) {
    EmbeddedRedis redis = console.step("starting Redis", () -> startRedis(root));
    this.redis = redis;
    EmbeddedPostgreSql postgreSql =
        console.step("starting PostgreSQL", () -> startPostgreSql(root));
    this.postgreSql = postgreSql;
    return Map.of(
        "SPRING_DATA_REDIS_URL", redis.url(),
        "SPRING_DATA_REDIS_HOST", redis.host(),
        "SPRING_DATA_REDIS_PORT", Integer.toString(redis.port()),
        "SPRING_DATASOURCE_URL", postgreSql.jdbcUrl(),
        "SPRING_DATASOURCE_USERNAME", postgreSql.username(),
        "SPRING_DATASOURCE_PASSWORD", postgreSql.password());
  }

  private static EmbeddedRedis startRedis(DataRoot root) {
    return EmbeddedRedis.builder()
        .dataFolder(root.redis())
        .appendOnly(true)
        .endsAfter(root.run())
        .start();
  }

  private static EmbeddedPostgreSql startPostgreSql(DataRoot root) {
    return EmbeddedPostgreSql.builder()
        .dataFolder(root.postgreSql())
        .maxConnections(MOST_CONNECTIONS)
        .endsAfter(root.run())
        .start();
  }

  List<Fleet.Member> members() {
    EmbeddedRedis redis = this.redis;
    EmbeddedPostgreSql postgreSql = this.postgreSql;
    if (redis == null || postgreSql == null) {
      return List.of();
    }
    return List.of(
        new Fleet.Member("Redis", redis::process, redis::restart),
        new Fleet.Member("PostgreSQL", postgreSql::process, postgreSql::restart));
  }

  void stop() {
    EmbeddedRedis redis = this.redis;
    if (redis != null) {
      console.step("stopping Redis", redis::close);
    }
    EmbeddedPostgreSql postgreSql = this.postgreSql;
    if (postgreSql != null) {
      console.step("stopping PostgreSQL", postgreSql::close);
    }
  }
}
