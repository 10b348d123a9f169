package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
  @TempDir Path folder;

  @Test
  void start_answersOnItsOwnPort() throws Exception {
    try (var redis = EmbeddedRedis.builder().start()) {
      assertThat(ask(redis, "PING")).isEqualTo("+PONG\r\n");
      assertThat(ask(redis, "CONFIG GET maxmemory-policy")).contains("noeviction");
      assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
    }
  }

  @Test
  void probe_takesNoOtherProcessForTheOneThatWasStarted() {
    try (var redis = EmbeddedRedis.builder().start()) {
      assertThat(RedisProbe.answers(redis.port(), redis.pid())).isTrue();
      assertThat(RedisProbe.answers(redis.port(), redis.pid() + 1)).isFalse();
    }
  }

  @Test
  void config_isHandedOn() throws Exception {
    try (var redis =
        EmbeddedRedis.builder()
            .config("maxmemory", "10mb")
            .config("maxmemory-policy", "allkeys-lru")
            .start()) {
      assertThat(ask(redis, "CONFIG GET maxmemory")).contains("10485760");
      assertThat(ask(redis, "CONFIG GET maxmemory-policy")).contains("allkeys-lru");
    }
  }

  @Test
  void restart_keepsWhatWasWrittenAlsoAfterAKill() throws Exception {
    Path spaced = folder.resolve("with a space");
    try (var redis = EmbeddedRedis.builder().dataFolder(spaced).appendOnly(true).start()) {
      int port = redis.port();
      ask(redis, "SET a 1");
      redis.restart();
      ask(redis, "SET b 2");
      redis.kill();
      assertThat(redis.isRunning()).isFalse();
      redis.restart();

      assertThat(redis.port()).isEqualTo(port);
      assertThat(ask(redis, "MGET a b")).isEqualTo("*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
    }
  }

  @Test
  void start_loadsAnAppendOnlyFileWhoseEndIsCutOff() throws Exception {
    try (var redis = EmbeddedRedis.builder().dataFolder(folder).appendOnly(true).start()) {
      ask(redis, "SET a 1");
      ask(redis, "SET b 2");
    }
    Path log = folder.resolve("appendonlydir/appendonly.aof.1.incr.aof");
    byte[] all = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(all, all.length - 3));

    try (var redis = EmbeddedRedis.builder().dataFolder(folder).appendOnly(true).start()) {
      assertThat(ask(redis, "MGET a b")).isEqualTo("*2\r\n$1\r\n1\r\n$-1\r\n");
    }
  }

  @Test
  void start_onAPortInUseNamesThePort() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var builder = EmbeddedRedis.builder().port(taken.getLocalPort());

      assertThatThrownBy(builder::start)
          .isInstanceOf(StartException.class)
          .hasMessage(
              "Port %d, wanted for Redis, is in use; choose another.", taken.getLocalPort());
    }
  }

  @Test
  void start_withARefusedSettingShowsTheLog() {
    var builder = EmbeddedRedis.builder().config("no-such-setting", "1");

    assertThatThrownBy(builder::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Redis ended right after its start")
        .hasMessageContaining("no-such-setting");
  }

  @Test
  void start_inAFileSaysSo() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(EmbeddedRedis.builder().dataFolder(file)::start)
        .isInstanceOf(StartException.class)
        .hasMessage("The data folder for Redis, %s, is a file; choose another folder.", file);
  }

  @Test
  void start_ignoresTheProcessIdThatAnotherProgramHasNow() throws Exception {
    Files.writeString(folder.resolve("redis.pid"), Long.toString(ProcessHandle.current().pid()));

    try (var redis = EmbeddedRedis.builder().dataFolder(folder).start()) {
      assertThat(ask(redis, "PING")).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void close_deletesATemporaryFolder() throws Exception {
    var redis = EmbeddedRedis.builder().start();
    String answer = ask(redis, "CONFIG GET dir");
    redis.close();

    Path dir = Path.of(answer.split("\r\n")[4]);
    assertThat(dir.getFileName().toString()).startsWith("stream-relay-Redis");
    assertThat(dir).doesNotExist();
  }

  private static String ask(EmbeddedRedis redis, String command) throws IOException {
    try (var socket = new Socket(redis.host(), redis.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
