package io.streamrelay.benchmarks.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  private static final Path HOME = Path.of("/home");

  @Test
  void settings_areReadWithTheNames() {
    String[] arguments = {"chain", "--seconds", "5", "fast", "--open", "5000", "--results", "r"};

    Settings settings = Settings.parse(arguments, HOME);

    assertThat(settings)
        .isEqualTo(new Settings(List.of("chain", "fast"), 5, 60, 5000, 10_000, 1000, Path.of("r")));
    assertThat(Settings.parse(new String[0], HOME).results())
        .isEqualTo(HOME.resolve("benchmarks/results"));
  }

  @Test
  void settings_refuseWhatIsWrong() {
    assertThatThrownBy(() -> Settings.parse(new String[] {"--seconds", "0"}, HOME))
        .hasMessage("--seconds is '0'; it must be a whole number from 1 to 3600.");
    assertThatThrownBy(() -> Settings.parse(new String[] {"--open"}, HOME))
        .hasMessage("--open needs a value.");
    assertThatThrownBy(() -> Settings.parse(new String[] {"--fast", "1"}, HOME))
        .hasMessage("There is no option '--fast' of bench budgets.");
  }

  @Test
  void run_refusesAnUnknownScenarioNamingThoseThereAre() {
    assertThatThrownBy(() -> Budgets.run(new String[] {"dance"}, HOME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'dance'")
        .hasMessageContaining("redis-append, worker-append, chain");
  }

  @Test
  void sockets_areCountedByProcessAndPort() throws Exception {
    long own = ProcessHandle.current().pid();
    try (ServerSocket server = new ServerSocket(0)) {
      int port = server.getLocalPort();
      Assumptions.assumeTrue(Sockets.of(own, port) >= 0, "needs Linux");
      assertThat(Sockets.of(own, port)).isZero();
      try (Socket one = new Socket("127.0.0.1", port);
          Socket other = new Socket("127.0.0.1", port)) {
        assertThat(Sockets.of(own, port)).isEqualTo(2);
        assertThat(Sockets.acceptedOn(port)).isEqualTo(2);
        assertThat(one.isConnected() && other.isConnected()).isTrue();
      }
      assertThat(Sockets.of(own, port)).isZero();
    }
  }
}
