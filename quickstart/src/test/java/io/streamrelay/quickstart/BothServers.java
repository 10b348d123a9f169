package io.streamrelay.quickstart;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Starts both servers in temporary folders, says where, and waits to be killed. */
public final class BothServers {
  private BothServers() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedRedis redis = EmbeddedRedis.builder().start();
    EmbeddedPostgreSql postgreSql = EmbeddedPostgreSql.builder().fsync(false).start();
    Path redisFolder = redis.process().log().getParent();
    Path postgreSqlFolder = postgreSql.process().log().getParent();
    System.out.printf(
        "up: %d %d %s %d %d %s;%n",
        redis.pid(),
        redis.port(),
        redisFolder,
        postgreSql.pid(),
        postgreSql.port(),
        postgreSqlFolder);
    new CountDownLatch(1).await();
  }
}
