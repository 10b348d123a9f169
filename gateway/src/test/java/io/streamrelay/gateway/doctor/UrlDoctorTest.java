package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Through a server that has one fault at a time. */
class UrlDoctorTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final FakeGateway gateway;

  UrlDoctorTest() throws Exception {
    gateway = new FakeGateway();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Examined examine() throws Exception {
    return examine(Duration.ZERO);
  }

  private Examined examine(Duration idle) throws Exception {
    return examine(gateway.url(), idle, InstantSource.system());
  }

  private static Examined examine(URI url, Duration idle, InstantSource clock) throws Exception {
    return Examined.of(new UrlDoctor(url, "srk_secret", null, idle, "1", clock));
  }

  @Test
  void examine_findsAllWellAndCleansUp() throws Exception {
    Examined found = examine(Duration.ofSeconds(1));

    found
        .has(Level.OK, "version", "gateway 1, as this doctor")
        .has(Level.OK, "workers")
        .has(Level.OK, "headers", "HTTP/1.1")
        .has(Level.OK, "streaming", "20 pieces, made in 500 ms")
        .has(Level.OK, "resume", "cut after 2-3, taken up at 2-4")
        .has(Level.OK, "idle", "was open for 1 s")
        .has(Level.OK, "clock", "agree")
        .isWell();
    assertThat(gateway.open).isEmpty();
    assertThat(found.toString()).doesNotContain("srk_secret");
  }

  @Test
  void examine_findsAProxyThatCollects() throws Exception {
    gateway.collects = true;

    Examined found = examine();

    found.has(Level.FAIL, "streaming", "sends it at once, in each of 3 tries", "20 pieces");
    assertThat(found.worst("streaming").advice()).contains("proxy_buffering off");
    found.has(Level.OK, "resume");
    assertThat(gateway.open).isEmpty();
  }

  @Test
  void examine_findsCompressionAndReadsThroughIt() throws Exception {
    gateway.compresses = true;

    examine()
        .has(Level.WARN, "compression", "gzip")
        .has(Level.OK, "streaming")
        .has(Level.OK, "resume");
  }

  @Test
  void examine_findsCompressionThatCollects() throws Exception {
    gateway.compresses = true;
    gateway.collects = true;

    examine().has(Level.WARN, "compression", "gzip").has(Level.FAIL, "streaming");
  }

  @Test
  void examine_findsALength() throws Exception {
    gateway.saysLength = true;

    examine().has(Level.FAIL, "headers", "Content-Length").has(Level.FAIL, "streaming");
  }

  @Test
  void examine_findsHeadersThatAreGone() throws Exception {
    gateway.dropsHeaders = true;

    examine()
        .has(Level.WARN, "headers", "Cache-Control was taken out")
        .has(Level.NOTE, "x-accel-buffering");
  }

  @Test
  void examine_findsACursorThatIsDropped() throws Exception {
    gateway.forgetsCursors = true;

    examine().has(Level.FAIL, "resume", "after 2-3", "began at 1-0 again");
  }

  @Test
  void examine_findsEventsThatAreDropped() throws Exception {
    gateway.dropsEvents = true;

    examine().has(Level.FAIL, "turn", "not the text that was saved");
    assertThat(gateway.open).isEmpty();
  }

  @Test
  void examine_findsTurnsThatFail() throws Exception {
    gateway.failure = "provider_unavailable";

    examine().has(Level.WARN, "turn", "provider_unavailable").has(Level.NOTE, "streaming");
  }

  @Test
  void examine_findsATurnThatHasNoAnswer() throws Exception {
    gateway.cutsTurns = true;

    examine().has(Level.FAIL, "turn", "a turn of demo-t30-i50-f50 has no answer");
  }

  @Test
  void examine_findsThatItIsSentElsewhere() throws Exception {
    gateway.sendsTo = "https://relay.example.org/api/version";

    examine().has(Level.FAIL, "reachable", "302", "https://relay.example.org").hasNo("workers");
  }

  @Test
  void examine_readsNoAnswerWithoutEnd() throws Exception {
    gateway.neverEnds = true;

    examine().has(Level.FAIL, "reachable");
  }

  @Test
  void examine_findsASilentStreamThatIsCut() throws Exception {
    gateway.closesSilent = true;

    examine(Duration.ofSeconds(5)).has(Level.FAIL, "idle", "then it was closed");
  }

  @Test
  void examine_saysWhatItLeftBehind() throws Exception {
    gateway.refusesDelete = true;

    examine().has(Level.WARN, "clean-up", gateway.open.iterator().next().substring(10), "405");
  }

  @Test
  void examine_withoutDemoLooksAtHeadersOnly() throws Exception {
    gateway.model = "gpt-4o";

    Examined found = examine();

    found.has(Level.OK, "headers").has(Level.OK, "streaming", "first words come at once");
    assertThat(found.findings())
        .anyMatch(each -> String.valueOf(each.advice()).contains("--model"));
    assertThat(gateway.open).isEmpty();
  }

  @Test
  void examine_withoutDemoSeesThatNothingComes() throws Exception {
    gateway.model = "gpt-4o";
    gateway.collects = true;

    examine().has(Level.FAIL, "streaming", "didn't come within 3 s");
  }

  @Test
  void examine_findsNoWorkers() throws Exception {
    gateway.availability = "unknown";

    examine().has(Level.FAIL, "workers", "none for 15 s").hasNo("resume");
    assertThat(gateway.open).isEmpty();
  }

  @Test
  void examine_findsSeveralVersions() throws Exception {
    gateway.otherVersion = "2";
    examine().has(Level.WARN, "version", "several versions: 1, 2");
  }

  @Test
  void examine_findsAGatewayWithoutSchema() throws Exception {
    gateway.schema = "";
    examine().has(Level.FAIL, "ready", "PostgreSQL hasn't answered");
  }

  @ParameterizedTest
  @CsvSource({
    "401, key, unauthorized: no key",
    "502, reachable, status 502",
    "404, reachable, status 404"
  })
  void examine_findsThatItIsRefused(int status, String check, String words) throws Exception {
    gateway.status = status;

    examine().has(Level.FAIL, check, words).hasNo("workers");
  }

  @Test
  void examine_withoutAKeyLooksAtLittle() throws Exception {
    gateway.status = 401;

    Examined.of(
            new UrlDoctor(gateway.url(), null, null, Duration.ZERO, "1", InstantSource.system()))
        .has(Level.WARN, "key", "an API key is wanted")
        .has(Level.OK, "clock")
        .hasNo("workers");
  }

  @Test
  void examine_findsNobody() throws Exception {
    URI url = gateway.url();
    gateway.close();

    examine(url, Duration.ZERO, InstantSource.system())
        .has(Level.FAIL, "reachable", "the connection was refused");
    examine(URI.create("http://no-such-host.invalid"), Duration.ZERO, InstantSource.system())
        .has(Level.FAIL, "reachable", "name is not known");
  }

  @Test
  void examine_findsClocksApart() throws Exception {
    gateway.availability = "unknown";
    InstantSource behind = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(-20));

    examine(gateway.url(), Duration.ZERO, behind).has(Level.FAIL, "clock", "ahead of");
  }

  @Test
  void examine_findsACertificateThatNobodyTrusts(@TempDir Path folder) throws Exception {
    KeyStore keys = certificate(folder);
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.start();
    try {
      URI url = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
      examine(url, Duration.ZERO, InstantSource.system())
          .has(Level.FAIL, "tls", "unable to find valid certification path");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void certificate_isToBeRenewedInTime(@TempDir Path folder) throws Exception {
    X509Certificate certificate = (X509Certificate) certificate(folder).getCertificate("doctor");
    Instant end = certificate.getNotAfter().toInstant();

    for (int days : new int[] {1, 30}) {
      Findings findings = new Findings();
      Encryption.certificate(certificate, end.minus(Duration.ofDays(days)), findings);
      Examined.of(findings)
          .has(days == 1 ? Level.WARN : Level.OK, "tls", "good for " + days + " days");
    }
  }

  private static KeyStore certificate(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String command =
        "%s -genkeypair -keyalg EC -alias doctor -dname CN=doctor -ext san=ip:127.0.0.1 -storetype"
            + " PKCS12 -storepass %s -keystore %s";
    String line = command.formatted(keytool, new String(PASSWORD), store);
    assertThat(new ProcessBuilder(line.split(" ")).inheritIO().start().waitFor()).isZero();
    return KeyStore.getInstance(store.toFile(), PASSWORD);
  }
}
