package io.streamrelay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProveTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int run(String... arguments) throws Exception {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return Prove.run(arguments, null, Path.of("nowhere"), out, out);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void run_saysThatNobodyIsThere() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(run("--url", "http://127.0.0.1:" + port)).isEqualTo(2);

    assertThat(said()).startsWith("Nothing answers at http://127.0.0.1:" + port);
  }

  @Test
  void run_saysWhatIsWrongWithTheArguments() throws Exception {
    assertThat(run("--dance", "1")).isEqualTo(2);

    assertThat(said())
        .isEqualTo(
            "There is no option '--dance'.\n./stream-relay prove --help tells what there is.\n");
  }

  @Test
  void run_helps() throws Exception {
    assertThat(run("--help")).isZero();

    assertThat(said()).contains("--kill-every", "Exit code");
  }
}
