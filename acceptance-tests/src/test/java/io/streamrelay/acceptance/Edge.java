package io.streamrelay.acceptance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.streamrelay.protocol.redis.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A proxy before a system's gateways, by the file of deploy/edge with only names, addresses and
 * files put in. Without the program the test is skipped, in CI it fails.
 */
final class Edge implements AutoCloseable {
  private static final Path SHIPPED = Path.of("..", "deploy", "edge");

  private final Process process;
  private final int port;
  private final Path store;

  private Edge(Process process, int port, Path store) {
    this.process = process;
    this.port = port;
    this.store = store;
  }

  static Edge nginx(Path folder, RelaySystem system) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    int port = FreePorts.next();
    String file = Files.readString(SHIPPED.resolve("nginx.conf"));
    file = put(file, "listen 443", "listen 127.0.0.1:" + port);
    file = put(file, "relay.example.org", "127.0.0.1");
    file = put(file, "/etc/nginx/tls/tls.crt", certificate.certificate().toString());
    file = put(file, "/etc/nginx/tls/tls.key", certificate.key().toString());
    file = put(file, "/var/log/nginx/access.log", folder.resolve("access.log").toString());
    Path ready = Files.writeString(folder.resolve("nginx.conf"), gateways(file, system));
    // What a package says by its folders, for a process that isn't the machine's.
    String own = "daemon off; pid %s/nginx.pid; error_log %1$s/error.log;".formatted(folder);
    List<String> command =
        List.of("nginx", "-p", folder.toString(), "-c", ready.toString(), "-g", own);
    run(folder, add(command, "-t"));
    return started(folder, port, command);
  }

  static Edge haproxy(Path folder, RelaySystem system) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    String both = Files.readString(certificate.certificate()) + Files.readString(certificate.key());
    Path pem = Files.writeString(folder.resolve("relay.pem"), both);
    int port = FreePorts.next();
    String file = Files.readString(SHIPPED.resolve("haproxy.cfg"));
    file = put(file, "maxconn 40000", "maxconn 1000"); // as many files as any machine lets it open
    file = put(file, "bind :443", "bind 127.0.0.1:" + port);
    file = put(file, "/etc/haproxy/relay.pem", pem.toString());
    file = put(file, "check port 9080 ", "check ");
    file = gateways(file, system);
    for (int i = 0; i < 2; i++) {
      String server = "server gateway-%d 127.0.0.1:%d".formatted(i + 1, system.gateway(i).port());
      file = put(file, server, server + " port " + system.gateway(i).managementPort());
    }
    Path ready = Files.writeString(folder.resolve("haproxy.cfg"), file);
    List<String> command = List.of("haproxy", "-db", "-f", ready.toString());
    run(folder, add(command, "-c"));
    return started(folder, port, command);
  }

  private static String gateways(String file, RelaySystem system) {
    String both = file;
    for (int i = 0; i < 2; i++) {
      String documented = "gateway-%d.example.internal:8080".formatted(i + 1);
      both = put(both, documented, "127.0.0.1:" + system.gateway(i).port());
    }
    return both;
  }

  private static String put(String file, String documented, String here) {
    if (!file.contains(documented)) {
      throw new IllegalStateException("the shipped file doesn't say: " + documented);
    }
    return file.replace(documented, here);
  }

  private static List<String> add(List<String> command, String option) {
    List<String> all = new ArrayList<>(command);
    all.add(option);
    return all;
  }

  private static void run(Path folder, List<String> command) throws Exception {
    Process process = start(folder, command);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(said(folder));
    }
  }

  private static Process start(Path folder, List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("said.log").toFile())
          .start();
    } catch (IOException e) {
      String missing = "nginx and haproxy are needed: apt-get install nginx-light haproxy";
      if (System.getenv("CI") != null) {
        fail(missing);
      }
      return abort(missing);
    }
  }

  private static String said(Path folder) throws IOException {
    return Files.readString(folder.resolve("said.log"));
  }

  private static Edge started(Path folder, int port, List<String> command) throws Exception {
    Process process = start(folder, command);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    try {
      await("it listens, see " + folder)
          .atMost(Duration.ofSeconds(30))
          .until(() -> listens(process, folder, port));
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    return new Edge(process, port, folder.resolve("ip-127.0.0.1.p12"));
  }

  private static boolean listens(Process process, Path folder, int port) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(said(folder));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  /** Whom a client has to trust, with the password {@code changeit}. */
  Path store() {
    return store;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    process.destroyForcibly();
  }
}
