package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.trace.Traceparent;
import io.streamrelay.protocol.turn.OutboxStore.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link OutboxStore}, and what {@link TurnStore} writes to it. All rows are this test's own. Each
 * event is held against the schema that is published.
 */
abstract class OutboxStoreContract extends TurnStoreContract {
  static final String CRM = Destinations.webhook("crm");
  static final Destinations BOTH = new Destinations(Set.of(Destinations.KAFKA, CRM));

  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Files.readString(Path.of("..", "docs", "events", "turn.schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Row> take() {
    return outbox.take(Destinations.KAFKA, 100, LEASE);
  }

  private Row takeOne() {
    List<Row> rows = take();
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private static JsonNode event(Row row) {
    assertThat(SCHEMA.validate(row.json(), InputFormat.JSON)).as(row.json()).isEmpty();
    JsonNode event = JSON.readTree(row.json());
    assertThat(event.path("id").asString()).isEqualTo(row.turn().toString());
    assertThat(event.path("type").asString()).isEqualTo(row.type());
    assertThat(event.path("subject").asString()).isEqualTo(row.session().session().value());
    assertThat(event.path("data").path("owner").asString()).isEqualTo(row.session().owner().id());
    return event;
  }

  @Test
  void finish_byTheAttemptTellsEachDestinationOnce() {
    Submission noted = withMetadata(submission("What is my PIN?"), Map.of("ticket", "T-7"));
    turns.submit(noted);
    long epoch = claim(noted.turn()).epoch();
    Ending end = ended(noted.turn(), epoch, text("It is 1234."));

    turns.finish(end);
    turns.finish(end);

    Row row = takeOne();
    assertThat(row.turn()).isEqualTo(noted.turn());
    assertThat(row.session()).isEqualTo(session);
    assertThat(row.createdAt()).isEqualTo(view(noted.turn()).endedAt());
    assertThat(row.attempts()).isZero();
    assertThat(take()).isEmpty();
    assertThat(outbox.take(CRM, 100, LEASE)).extracting(Row::turn).containsExactly(noted.turn());

    JsonNode event = event(row);
    JsonNode data = event.path("data");
    assertThat(row.type()).isEqualTo("io.streamrelay.turn.ended");
    assertThat(event.path("traceparent").asString())
        .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assertThat(data.path("status").asString()).isEqualTo("ended");
    assertThat(data.path("finishReason").asString()).isEqualTo("stop");
    assertThat(data.path("metadata").path("ticket").asString()).isEqualTo("T-7");
    assertThat(data.path("usage").path("totalTokens").asLong()).isEqualTo(10);
    assertThat(data.path("attempts").path(0).path("provider").asString()).isEqualTo("demo");
    assertThat(data.path("length").asInt()).isEqualTo(11);
    assertThat(data.path("sha256").asString()).isEqualTo(Answer.sha256("It is 1234."));
    assertThat(row.json()).doesNotContain("PIN").doesNotContain("1234.");
  }

  private static Submission withMetadata(Submission of, Map<String, String> metadata) {
    TurnRequest request =
        new TurnRequest(
            "demo", null, Parameters.NONE, null, null, REQUEST.lane(), null, null, metadata);
    return new Submission(
            of.session(),
            of.turn(),
            of.messageId(),
            of.parts(),
            request,
            of.idempotencyKey(),
            of.requestHash(),
            of.timeout())
        .tracedBy(new Traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  }

  @Test
  void finish_asFailedByTheAttemptTells() {
    TurnId turn = submit("one").turn();

    turns.finish(failed(turn, claim(turn).epoch(), text("Hal")));

    JsonNode data = event(takeOne()).path("data");
    assertThat(data.path("status").asString()).isEqualTo("failed");
    assertThat(data.path("failure").path("code").asString()).isEqualTo("provider_timeout");
    assertThat(data.path("failure").path("retryable").asBoolean()).isTrue();
    assertThat(data.path("length").asInt()).isEqualTo(3);
  }

  @Test
  void finish_fromOutsideTellsAndItsTextIsNotKnownYet() {
    TurnId cancelled = submit("one").turn();
    claim(cancelled);
    turns.finish(cancel(cancelled));
    turns.finish(cancel(cancelled));
    turns.finish(expire(cancelled));

    Row row = takeOne();
    JsonNode data = event(row).path("data");
    assertThat(row.type()).isEqualTo("io.streamrelay.turn.cancelled");
    assertThat(data.path("cancelled").path("by").asString()).isEqualTo("owner");
    assertThat(data.has("length")).isFalse();
    assertThat(row.json()).doesNotContain("changed my mind");

    outbox.remove(List.of(row));
    TurnId late = submit("two").turn();
    turns.finish(expire(late));
    assertThat(event(takeOne()).path("data").path("failure").path("code").asString())
        .isEqualTo("deadline_exceeded");
  }

  @Test
  void finish_thatEndsNothingTellsNobody() {
    TurnId turn = submit("one").turn();
    long epoch = claim(turn).epoch();
    claim(turn);

    turns.finish(ended(turn, epoch, text("1")));
    turns.finish(cancel(TurnId.make()));

    assertThat(take()).isEmpty();
  }

  @Test
  void finish_ofAWaitingTurnTells() {
    submit("one");
    TurnId waiting = enqueue("two");

    turns.finish(cancel(waiting));

    Row row = takeOne();
    assertThat(row.turn()).isEqualTo(waiting);
    assertThat(event(row).path("data").path("length").asInt()).isZero();
  }

  @Test
  void interrupt_tellsOfEachTurnItEnds() {
    TurnId active = submit("one").turn();
    TurnId waiting = enqueue("two");

    interrupt("three");

    Row first = takeOne();
    outbox.remove(List.of(first));
    Row second = takeOne();
    assertThat(List.of(first.turn(), second.turn())).containsExactly(waiting, active);
    assertThat(event(second).path("type").asString()).isEqualTo("io.streamrelay.turn.cancelled");
  }

  @Test
  void claim_thatFindsTheAttemptsUsedUpTells() {
    TurnId turn = submit("one").turn();
    for (int i = 0; i < TurnStore.MAX_ATTEMPTS; i++) {
      claim(turn);
    }

    turns.claim(claimOf(turn, 1, "one too many"));

    JsonNode data = event(takeOne()).path("data");
    assertThat(data.path("failure").path("code").asString()).isEqualTo("attempts_exhausted");
    assertThat(data.path("attempts").size()).isEqualTo(TurnStore.MAX_ATTEMPTS);
  }

  @Test
  void delete_tellsOfTheTurnsItEnds() {
    TurnId turn = submit("one").turn();

    sessions.delete(session);

    assertThat(event(takeOne()).path("id").asString()).isEqualTo(turn.toString());
  }

  @Test
  void take_givesOneOfEachSessionInTheOrderOfTheirEnds() {
    ActiveTurn first = play("one", "1");
    ActiveTurn second = play("two", "2");
    session = newSession();
    ActiveTurn other = play("three", "3");

    List<Row> heads = take();
    assertThat(heads).extracting(Row::turn).containsExactly(first.turn(), other.turn());
    assertThat(take()).isEmpty();

    outbox.remove(heads);
    assertThat(takeOne().turn()).isEqualTo(second.turn());
    outbox.remove(heads);
    assertThat(outbox.take(CRM, 1, LEASE)).extracting(Row::turn).containsExactly(first.turn());
    assertThat(outbox.take(CRM, 1, LEASE)).extracting(Row::turn).containsExactly(other.turn());
    assertThat(outbox.take("webhook:other", 10, LEASE)).isEmpty();
  }

  @Test
  void take_givesARowAgainOnceItsLeaseIsOver() {
    ActiveTurn turn = play("one", "1");
    Row before = takeOne();

    pass(LEASE.minusSeconds(1));
    assertThat(take()).isEmpty();
    pass(Duration.ofSeconds(2));

    Row again = takeOne();
    assertThat(again.turn()).isEqualTo(turn.turn());
    assertThat(again.json()).isEqualTo(before.json());
    assertThat(again.attempts()).isZero();
    assertThat(again.age()).isBetween(LEASE, LEASE.plusMinutes(1));
  }

  @Test
  void putOff_keepsBackItsSessionAndNoOther() {
    ActiveTurn first = play("one", "1");
    play("two", "2");
    outbox.putOff(takeOne(), Duration.ofSeconds(30));
    session = newSession();
    ActiveTurn other = play("three", "3");

    assertThat(takeOne().turn()).isEqualTo(other.turn());
    pass(Duration.ofSeconds(31));

    assertThat(take())
        .filteredOn(row -> row.turn().equals(first.turn()))
        .extracting(Row::attempts)
        .containsExactly(1);
  }

  @Test
  void outbox_growsWhileNobodyTakesAndGoesWithWhatIsDeleted() {
    play("one", "1");
    play("two", "2");
    assertThat(sweep.outbox().rows()).isEqualTo(4);

    sessions.delete(session);
    pass(SessionStore.GRACE.plusSeconds(1));
    assertThat(sweep.outbox().oldest()).isGreaterThan(SessionStore.GRACE);
    retention.remove(session, 10);

    assertThat(sweep.outbox()).isEqualTo(new SweepStore.Outbox(0, Duration.ZERO));
  }
}
