package io.streamrelay.quickstart;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Stands in for the gateway and the worker: is ready at once, shows its environment, and says at
 * its end whether Redis was still there. With a command it shows command and environment and ends.
 */
public final class StandInService {
  private StandInService() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0) {
      System.out.println(String.join(" ", arguments) + " " + new TreeMap<>(System.getenv()));
      System.exit(3);
    }
    serve("MANAGEMENT_SERVER_PORT");
    if (System.getenv("SERVER_PORT") != null) {
      serve("SERVER_PORT");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(StandInService::end));
  }

  private static void serve(String portSetting) throws IOException {
    int port = Integer.parseInt(System.getenv(portSetting));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              new TreeMap<>(System.getenv()).toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private static void end() {
    URI redis = URI.create(System.getenv("SPRING_DATA_REDIS_URL"));
    try (var socket = new Socket(redis.getHost(), redis.getPort())) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      System.out.println("ended, Redis answered " + new String(answer, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      System.out.println("ended, without Redis: " + e);
    }
  }

  /** Puts it where the gateway's and the worker's jars would be. */
  static void installIn(Path home) throws IOException {
    writeJar(home.resolve("gateway/target/app/gateway.jar"));
    writeJar(home.resolve("relay-worker/target/app/relay-worker.jar"));
  }

  private static void writeJar(Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    String name = StandInService.class.getName();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var in = StandInService.class.getResourceAsStream("StandInService.class")) {
      out.putNextEntry(new JarEntry(name.replace('.', '/') + ".class"));
      in.transferTo(out);
    }
  }
}
