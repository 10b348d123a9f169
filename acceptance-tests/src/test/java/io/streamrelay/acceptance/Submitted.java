package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.client.RelayException;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.worker.provider.demo.DemoText;

/** A submitted turn of the demo model, and what its readers must have in the end. */
record Submitted(RelaySystem system, String session, String question, String model, String id) {
  private static final int MOST_CONNECTIONS = 500;

  static Submitted submit(RelaySystem system, int gateway, String session, String model) {
    String question = "Tell me about " + session;
    Submission submission = Submission.builder().message(question).model(model).build();
    Turn turn = Clients.of(system, gateway).session(session).submit(submission);
    return new Submitted(system, session, question, model, turn.id());
  }

  private Turn at(int gateway) {
    return Clients.of(system, gateway).session(session).turn(id);
  }

  /** Reads on until there is some text, and leaves. */
  TurnReading readSomeText(int gateway) {
    return new TurnReading().readSomeText(at(gateway));
  }

  /** Resumes to the terminal, and checks what was read on the way. */
  TurnReading readToEnd(int gateway, TurnReading begun) {
    begun.readToEnd(at(gateway)).check();
    return begun;
  }

  /** As above, each time the connection is lost at the next gateway. */
  TurnReading readToEnd(TurnReading begun, int... gateways) {
    for (int i = 0; !begun.ended(); i++) {
      assertThat(i).as("connections without a terminal of %s", this).isLessThan(MOST_CONNECTIONS);
      int gateway = gateways[i % gateways.length];
      try {
        begun.readToEnd(Clients.impatient(system, gateway).session(session).turn(id));
      } catch (RelayException e) {
        assertThat(e.isRetryable()).as("%s", e).isTrue();
      }
    }
    begun.check();
    return begun;
  }

  void endsWithItsText(int gateway, TurnReading begun) {
    TurnReading whole = readToEnd(gateway, begun);
    assertThat(whole.terminal()).isInstanceOf(RelayEvent.End.class);
    assertThat(Answer.sha256(whole.text()))
        .isEqualTo(Answer.sha256(DemoText.of(model, question, whole.attempt())));
  }

  void cancel(int gateway) {
    assertThat(at(gateway).cancel().status()).isEqualTo(TurnStatus.CANCELLED);
  }
}
