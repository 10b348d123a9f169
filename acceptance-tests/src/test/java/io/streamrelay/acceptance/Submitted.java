package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.worker.provider.demo.DemoText;
import java.util.stream.IntStream;

/** A submitted turn of the demo model, and what its readers must have in the end. */
record Submitted(RelaySystem system, String session, String question, String model, String id) {
  private static final StreamClient CLIENT = new StreamClient();

  static Submitted submit(RelaySystem system, int gateway, String session, String model)
      throws Exception {
    String question = "Tell me about " + session;
    StreamClient.Answer answer =
        CLIENT.post(
            system.url(gateway) + "/api/chat/" + session,
            "{\"message\":\"%s\",\"model\":\"%s\"}".formatted(question, model));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return new Submitted(system, session, question, model, answer.text("turnId"));
  }

  private String stream(int gateway) {
    return system.url(gateway) + "/api/chat/" + session + "/turns/" + id + "/stream";
  }

  /** Reads on until there is some text, and leaves. */
  Reading readSomeText(int gateway) throws InterruptedException {
    Reading reading = new Reading();
    while (reading.text().length() < 40 && !reading.ended()) {
      CLIENT.read(stream(gateway), reading, event -> reading.text().length() >= 40);
    }
    return reading;
  }

  /** Resumes to the terminal, and checks what was read on the way. */
  Reading readToEnd(int gateway, Reading begun) throws InterruptedException {
    return readToEnd(begun, gateway);
  }

  /** As above, each time the connection is lost at the next gateway. */
  Reading readToEnd(Reading begun, int... gateways) throws InterruptedException {
    String[] streams = IntStream.of(gateways).mapToObj(this::stream).toArray(String[]::new);
    CLIENT.readToEnd(streams, begun, event -> false);
    begun.check();
    return begun;
  }

  void endsWithItsText(int gateway, Reading begun) throws InterruptedException {
    Reading whole = readToEnd(gateway, begun);
    assertThat(whole.terminal().type()).as("%s", whole.terminal()).isEqualTo("end");
    assertThat(Answer.sha256(whole.text()))
        .isEqualTo(Answer.sha256(DemoText.of(model, question, whole.attempt())));
  }

  void cancel(int gateway) throws Exception {
    StreamClient.Answer answer =
        CLIENT.post(
            system.url(gateway) + "/api/chat/" + session + "/cancel",
            "{\"turnId\":\"%s\"}".formatted(id));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }
}
