package io.streamrelay.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.protocol.fault.FaultProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chromium's own EventSource and WebSocket, on pages of an allowed origin and of another. Between
 * them and the gateway is a proxy that cuts.
 */
@Timeout(120)
final class EventSourceTest {
  private static final String SUBMIT =
      """
      async ([base, session]) => {
        const post = async (path, body, headers) => {
          const answer = await fetch(base + path, {
            method: 'POST', headers: {'Content-Type': 'application/json', ...headers},
            body: JSON.stringify(body)});
          if (!answer.ok) throw new Error(answer.status);
          window.requestId = answer.headers.get('x-request-id');
          return await answer.json();
        };
        const turn = await post('/api/chat/' + session,
            {message: 'Tell me a story', model: 'demo-t160-i30'}, {'Idempotency-Key': session});
        window.turn = base + '/api/chat/' + session + '/turns/' + turn.turnId;
        return (await post('/api/stream-tokens', {session})).token;
      }
      """;

  private static final String FOLLOW =
      """
      ([base, session, token]) => {
        window.seen = {text: '', ids: [], opened: 0, ended: 0};
        const source = window.source =
            new EventSource(base + '/api/chat/' + session + '/stream?token=' + token);
        source.onopen = () => seen.opened++;
        source.addEventListener('user', e => seen.ids.push(e.lastEventId));
        source.addEventListener('start', e => seen.ids.push(e.lastEventId));
        source.addEventListener('text', e => {
          seen.text += JSON.parse(e.data).text;
          seen.ids.push(e.lastEventId);
        });
        source.addEventListener('end', e => {
          seen.ended++;
          seen.length = JSON.parse(e.data).length;
          seen.ids.push(e.lastEventId);
        });
      }
      """;

  private static final Pattern SHOWN =
      Pattern.compile("<!-- example: socket\\.mjs -->\n```js\nexport (.*?)```", Pattern.DOTALL);

  /** By the client that websocket.md shows, which is `follow`. */
  private static final String SOCKET =
      """
      async ([base, session, follow]) => {
        const made = await fetch(base + '/api/stream-tokens', {
          method: 'POST', headers: {'Content-Type': 'application/json'},
          body: JSON.stringify({socket: true})});
        const {token} = await made.json();
        window.seen = {text: '', ids: [], opened: 0, ended: 0, refused: null};
        const address = base.replace('http', 'ws') + '/ws/chat?token=' + token;
        const stop = eval('(' + follow + ')')(
            () => { seen.opened++; return address; }, session, (event, data) => {
              if (event === 'refused') seen.refused = JSON.stringify(data);
              if (event === 'text') seen.text += data.text;
              if (event === 'end') { seen.ended++; seen.length = data.length; stop(); }
            }, '0-0');
      }
      """;

  @TempDir static Path folder;
  private static HttpServer pages;
  private static HttpServer others;
  private static RelaySystem system;
  private static FaultProxy proxy;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    chromium = new Chromium();
    pages = pages();
    others = pages();
    system =
        RelaySystem.start(
            folder,
            1,
            1,
            Map.of(
                "RELAY_GATEWAY_CORS_ALLOWED_ORIGINS", origin(pages),
                "RELAY_GATEWAY_SSE_RETRY_LEAST", "50ms",
                "RELAY_GATEWAY_SSE_RETRY_MOST", "100ms"));
    proxy = new FaultProxy(system.gateway(0).port());
  }

  private static HttpServer pages() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page = "<!doctype html><title>a page</title>".getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String origin(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterAll
  static void stop() throws Exception {
    if (chromium != null) {
      chromium.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    if (system != null) {
      system.close();
    }
    pages.stop(0);
    others.stop(0);
  }

  @Test
  void allowedOrigin_followsBySocketThroughThreeCutsOnOneToken() throws Exception {
    String base = "http://127.0.0.1:" + proxy.port();
    Matcher shown = SHOWN.matcher(Files.readString(Path.of("..", "docs", "websocket.md")));
    assertThat(shown.find()).isTrue();
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.navigate(origin(pages));
      page.evaluate(SUBMIT, new Object[] {base, "s-socket"});
      page.evaluate(SOCKET, new Object[] {base, "s-socket", shown.group(1)});

      for (int cut = 1; cut <= 3; cut++) {
        page.waitForFunction("n => seen.opened >= n && seen.text.length > n * 60", cut);
        proxy.cut();
      }
      page.waitForFunction("() => seen.ended > 0 || seen.refused");

      assertThat(page.evaluate("() => seen.refused")).isNull();
      assertThat(page.evaluate("() => seen.opened >= 4")).isEqualTo(true);
      assertThat(page.evaluate("() => seen.text.length"))
          .isEqualTo(page.evaluate("() => seen.length"));
    }
  }

  @Test
  void allowedOrigin_readsAllThroughThreeCutsOnOneToken() {
    String base = "http://127.0.0.1:" + proxy.port();
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.navigate(origin(pages));
      Object token = page.evaluate(SUBMIT, new Object[] {base, "s-cuts"});
      assertThat(page.evaluate("() => requestId")).isNotNull();
      page.evaluate(FOLLOW, new Object[] {base, "s-cuts", token});

      for (int cut = 1; cut <= 3; cut++) {
        page.waitForFunction("n => seen.opened >= n && seen.text.length > n * 60", cut);
        proxy.cut();
      }
      page.waitForFunction("() => seen.ended > 0 && source.readyState === EventSource.CLOSED");

      assertThat((Integer) page.evaluate("() => seen.opened")).isGreaterThanOrEqualTo(4);
      assertThat(page.evaluate("() => seen.ended")).isEqualTo(1);
      assertThat(page.evaluate("() => new Set(seen.ids).size"))
          .isEqualTo(page.evaluate("() => seen.ids.length"));
      assertThat(page.evaluate("() => seen.text"))
          .isEqualTo(
              page.evaluate(
                  "async () => (await (await fetch(turn)).json()).message.parts[0].text"));
      assertThat(page.evaluate("() => seen.text.length"))
          .isEqualTo(page.evaluate("() => seen.length"));
    }
  }

  @Test
  void anotherOrigin_readsNothing() {
    String base = "http://127.0.0.1:" + proxy.port();
    try (BrowserContext context = chromium.browser().newContext()) {
      Page allowed = context.newPage();
      allowed.navigate(origin(pages));
      Object token = allowed.evaluate(SUBMIT, new Object[] {base, "s-other"});
      Page other = context.newPage();
      other.navigate(origin(others));

      other.evaluate(FOLLOW, new Object[] {base, "s-other", token});

      other.waitForFunction("() => source.readyState === EventSource.CLOSED");
      assertThat(other.evaluate("() => seen.opened + seen.ids.length")).isEqualTo(0);
      assertThat(
              other.evaluate(
                  "base => fetch(base + '/api/models').then(() => 'read', () => 'refused')", base))
          .isEqualTo("refused");
    }
  }
}
