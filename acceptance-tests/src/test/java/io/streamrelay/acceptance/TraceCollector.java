package io.streamrelay.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A server that is sent traces by OTLP over HTTP and keeps them. Thread-safe. */
final class TraceCollector implements AutoCloseable {
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final List<Told> spans = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  /** A span of that service. */
  record Told(String service, Span span) {
    String name() {
      return span.getName();
    }

    String trace() {
      return hex(span.getTraceId().toByteArray());
    }

    String id() {
      return hex(span.getSpanId().toByteArray());
    }

    /** Empty: it has none. */
    String parent() {
      return hex(span.getParentSpanId().toByteArray());
    }

    /** The spans it is linked to, as {@code <trace>/<span>}. */
    List<String> links() {
      return span.getLinksList().stream()
          .map(link ->
              hex(link.getTraceId().toByteArray()) + "/" + hex(link.getSpanId().toByteArray()))
          .toList();
    }

    Map<String, Object> attributes() {
      Map<String, Object> attributes = new TreeMap<>();
      for (KeyValue each : span.getAttributesList()) {
        attributes.put(each.getKey(), value(each.getValue()));
      }
      return attributes;
    }

    private static Object value(AnyValue value) {
      return switch (value.getValueCase()) {
        case STRING_VALUE -> value.getStringValue();
        case INT_VALUE -> value.getIntValue();
        case DOUBLE_VALUE -> value.getDoubleValue();
        case BOOL_VALUE -> value.getBoolValue();
        case ARRAY_VALUE ->
            value.getArrayValue().getValuesList().stream().map(Told::value).toList();
        default -> value.toString();
      };
    }

    private static String hex(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
  }

  TraceCollector() throws IOException {
    server.createContext("/v1/traces", this::take);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Where it wants to be sent traces. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      bodies.add(new String(body, StandardCharsets.ISO_8859_1));
      for (ResourceSpans resource :
          ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
        String service =
            resource.getResource().getAttributesList().stream()
                .filter(each -> each.getKey().equals("service.name"))
                .map(each -> each.getValue().getStringValue())
                .findFirst()
                .orElse("");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(new Told(service, span)));
        }
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  List<Told> spans() {
    return List.copyOf(spans);
  }

  /** The first that is so, once there is one. */
  Told await(String what, Predicate<Told> which) {
    return Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .until(() -> spans.stream().filter(which).findFirst().orElse(null), found -> found != null);
  }

  /** All it was sent, as it came. */
  String raw() {
    return String.join("\n", bodies);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
