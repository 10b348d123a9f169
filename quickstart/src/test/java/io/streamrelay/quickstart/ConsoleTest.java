package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void step_thatTakesLongSaysThatItGoesOn() {
    Printed printed = new Printed(3);
    Console console = new Console(printed, Duration.ofMillis(5));

    boolean wentOn = console.step("starting it", () -> printed.await(10));

    assertThat(wentOn).isTrue();
    assertThat(printed.text())
        .matches("starting it … \\d\\.\\d s … \\d\\.\\d s … (\\d\\.\\d s … )*\\d\\.\\d s\\R");
  }

  @Test
  void step_thatIsShortSaysOnlyHowLongItTook() {
    Printed printed = new Printed(1);

    new Console(printed).step("starting it", () -> {});

    assertThat(printed.text()).matches("starting it … \\d\\.\\d s\\R");
  }

  /** Counts what is printed, so that a test can wait for it. */
  private static final class Printed extends PrintStream {
    private final ByteArrayOutputStream bytes;
    private final CountDownLatch prints;

    Printed(int prints) {
      this(prints, new ByteArrayOutputStream());
    }

    private Printed(int prints, ByteArrayOutputStream bytes) {
      super(bytes, true, StandardCharsets.UTF_8);
      this.bytes = bytes;
      this.prints = new CountDownLatch(prints);
    }

    @Override
    public void print(String text) {
      super.print(text);
      prints.countDown();
    }

    boolean await(int seconds) {
      try {
        return prints.await(seconds, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
