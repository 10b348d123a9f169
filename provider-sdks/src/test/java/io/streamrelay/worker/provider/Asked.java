package io.streamrelay.worker.provider;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hc.core5.ssl.SSLContexts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that answers each request with the same bytes, for us and for the SDK alike.
 * Thread-safe.
 */
public final class Asked implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  /** What each client has its own of. */
  private static final Set<String> OWN_HEADERS =
      Set.of("accept", "connection", "content-length", "host", "user-agent");

  private final ScriptedServer server;

  public Asked(byte[] answer) throws IOException {
    server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            connection.readRequest();
            connection.beginEvents();
            connection.chunk(answer, 0, answer.length);
            connection.endEvents();
          }
        });
  }

  public Asked(String answer) throws IOException {
    this(answer.getBytes(StandardCharsets.UTF_8));
  }

  public URI url() {
    return server.url();
  }

  public ProviderHttpClient http() {
    return new ProviderHttpClient(IO, url(), ScriptedServer.REACH, Patience.DEFAULT, 10, 8 << 20);
  }

  /**
   * Where the second request, the SDK's, differs from the first, ours: by {@code /line}, {@code
   * /headers/…} and {@code /body/…}. The SDK's further headers don't count.
   */
  public Map<String, String> differences() {
    Map<String, String> ours = headers(0);
    Map<String, String> theirs = headers(1);
    theirs.keySet().retainAll(ours.keySet());
    return Differences.between(request(0, ours), request(1, theirs));
  }

  private ObjectNode request(int number, Map<String, String> headers) {
    String request = server.requests().get(number);
    JsonNode body = JSON.readTree(request.substring(request.indexOf("\r\n\r\n") + 4));
    ObjectNode all = JSON.createObjectNode();
    all.put("line", request.substring(0, request.indexOf('\r')));
    all.set("headers", JSON.valueToTree(headers));
    all.set("body", body);
    return all;
  }

  private Map<String, String> headers(int number) {
    String request = server.requests().get(number);
    String head = request.substring(0, request.indexOf("\r\n\r\n"));
    Map<String, String> headers = new TreeMap<>();
    head.lines()
        .skip(1)
        .map(line -> line.split(": *", 2))
        .forEach(header -> headers.put(header[0].toLowerCase(Locale.ROOT), header[1]));
    headers.keySet().removeAll(OWN_HEADERS);
    return headers;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
