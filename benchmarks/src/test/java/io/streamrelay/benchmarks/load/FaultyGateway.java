package io.streamrelay.benchmarks.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Speaks our own events, the AI SDK's and OpenAI's responses, each turn with the next of its
 * faults, then without.
 */
final class FaultyGateway implements AutoCloseable {
  enum Fault {
    NONE,
    LOSES,
    DOUBLES,
    REORDERS,
    BREAKS,
    SKIPS_AN_ID,
    OTHER_HASH,
    ENDS_EARLY,
    TAKES_OVER,
    FAILS,
    REFUSES,
    UNREADABLE,
    SILENT,
    SAYS_WORDS,
    UNAUTHORIZED,
    NO_EVENTS
  }

  private static final int TOKENS = 10;

  private final List<Fault> faults;
  private final Map<String, List<String>> turns = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private int next;

  FaultyGateway(Fault... faults) throws IOException {
    this.faults = List.of(faults);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private synchronized Fault nextFault() {
    return next < faults.size() ? faults.get(next++) : Fault.NONE;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (exchange.getRequestURI().getPath().startsWith("/api/ui/chat")) {
        answerAsUiMessage(exchange);
        return;
      }
      if (exchange.getRequestURI().getPath().startsWith("/v1/responses")) {
        answerAsResponse(exchange);
        return;
      }
      String[] path = exchange.getRequestURI().getPath().split("/");
      String session = path[3];
      if (exchange.getRequestMethod().equals("GET")) {
        String cursor = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        List<String> blocks = turns.get(session);
        int at = 0;
        while (!blocks.get(at).contains("\nid: " + cursor + "\n")) {
          at++;
        }
        send(exchange, blocks.subList(at + 1, blocks.size()));
        return;
      }
      Fault fault = nextFault();
      switch (fault) {
        case REFUSES -> refuse(exchange, 429, "too_many_turns");
        case UNAUTHORIZED -> refuse(exchange, 401, "unauthorized");
        case NO_EVENTS -> exchange.sendResponseHeaders(200, -1);
        default -> {
          List<String> blocks = blocks(fault, body.contains("-t2-") ? 2 : TOKENS);
          turns.put(session, blocks);
          send(exchange, fault == Fault.BREAKS ? blocks.subList(0, 6) : blocks);
          if (fault == Fault.SILENT) {
            Thread.sleep(60_000);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerAsUiMessage(HttpExchange exchange) throws IOException {
    boolean again = exchange.getRequestMethod().equals("GET");
    Fault fault = again ? Fault.NONE : nextFault();
    List<String> said = said(fault, TOKENS);
    List<String> blocks = new ArrayList<>(List.of(chunk("start", "x"), chunk("start-step", "x")));
    if (fault == Fault.TAKES_OVER) {
      blocks.add(chunk("text-delta", said.getFirst()));
      blocks.add(chunk("reset-step", "x"));
    }
    said.forEach(token -> blocks.add(chunk("text-delta", token)));
    blocks.add(chunk(fault == Fault.FAILS ? "error" : "finish", "x"));
    blocks.add("data: [DONE]\n\n");
    send(exchange, fault == Fault.BREAKS ? blocks.subList(0, 6) : blocks);
  }

  private static String chunk(String type, String delta) {
    return "data: {\"type\":\"%s\",\"delta\":\"%s\"}\n\n".formatted(type, delta);
  }

  private void answerAsResponse(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("GET")) {
      String query = exchange.getRequestURI().getQuery();
      int after = Integer.parseInt(query.substring("stream=true&starting_after=".length()));
      String id = exchange.getRequestURI().getPath().substring("/v1/responses/".length());
      List<String> blocks = turns.get(id);
      send(exchange, blocks.subList(after + 1, blocks.size()));
      return;
    }
    Fault fault = nextFault();
    List<String> said = said(fault, TOKENS);
    String id = "resp_" + turns.size();
    List<String> events = new ArrayList<>();
    events.add("'type':'response.created','response':{'id':'" + id + "'}");
    events.add("'type':'response.in_progress'");
    if (fault == Fault.TAKES_OVER) {
      events.add(delta(said.getFirst()));
      events.add("'type':'response.in_progress','relay':{'restart':true,'attempt':2}");
    }
    said.forEach(token -> events.add(delta(token)));
    String whole = fault == Fault.OTHER_HASH ? "other" : String.join("", said);
    events.add(
        fault == Fault.FAILS
            ? "'type':'response.failed','response':{'relay':{'code':'provider_timeout'}}"
            : "'type':'response.completed','response':{'output':[{'content':[{'text':'%s'}]}]}"
                .formatted(whole));
    List<String> blocks = numbered(events, fault == Fault.SKIPS_AN_ID ? 5 : events.size());
    turns.put(id, blocks);
    send(exchange, fault == Fault.BREAKS ? blocks.subList(0, 6) : blocks);
  }

  private static String delta(String token) {
    return "'type':'response.output_text.delta','delta':'" + token + "'";
  }

  /** From {@code gap} on one number is left out. */
  private static List<String> numbered(List<String> events, int gap) {
    List<String> blocks = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      String event = "{" + events.get(i) + ",'sequence_number':" + (i < gap ? i : i + 1) + "}";
      blocks.add("data: " + event.replace('\'', '"') + "\n\n");
    }
    return blocks;
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    byte[] body =
        ("{\"code\":\"" + code + "\",\"detail\":\"not now\"}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void send(HttpExchange exchange, List<String> blocks) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
    for (String block : blocks) {
      exchange.getResponseBody().write(block.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
  }

  private static List<String> said(Fault fault, int tokens) {
    List<String> said = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      said.add(fault == Fault.SAYS_WORDS ? "word " : i + ":" + Stamp.nowMicros() + " ");
    }
    switch (fault) {
      case LOSES -> said.subList(4, 6).clear();
      case DOUBLES -> said.add(5, said.get(4));
      case REORDERS -> said.add(5, said.remove(4));
      case ENDS_EARLY -> said.subList(8, tokens).clear();
      default -> {}
    }
    return said;
  }

  private static List<String> blocks(Fault fault, int tokens) {
    List<String> said = said(fault, tokens);
    List<String> blocks = new ArrayList<>();
    blocks.add(block("user", "{\"turn\":\"t\"}", "6-0"));
    blocks.add(block("start", "{\"reset\":false}", "7-0"));
    int epoch = 7;
    if (fault == Fault.TAKES_OVER) {
      blocks.add(text(said.getFirst(), "7-1"));
      blocks.add(block("start", "{\"reset\":true}", "8-0"));
      epoch = 8;
    }
    int seq = fault == Fault.SKIPS_AN_ID ? 1 : 0;
    for (String token : said) {
      blocks.add(text(token, epoch + "-" + ++seq));
    }
    if (fault == Fault.SILENT) {
      return blocks;
    }
    blocks.add(
        switch (fault) {
          case FAILS -> block("error", "{\"code\":\"provider_timeout\"}", "20-0");
          case UNREADABLE -> block("end", "{\"length\"", "20-0");
          default -> end(fault == Fault.OTHER_HASH ? "other" : String.join("", said));
        });
    return blocks;
  }

  private static String text(String token, String id) {
    return block("text", "{\"text\":\"" + token + "\"}", id);
  }

  private static String end(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return block(
          "end",
          "{\"length\":%d,\"sha256\":\"%s\"}"
              .formatted(text.length(), HexFormat.of().formatHex(hash)),
          "20-0");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String block(String event, String data, String id) {
    return "event: " + event + "\ndata: " + data + "\nid: " + id + "\n\n";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
