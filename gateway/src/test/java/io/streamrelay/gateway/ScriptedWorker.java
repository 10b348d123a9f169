package io.streamrelay.gateway;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.FinishResult;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.TurnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A relay worker that does what a test says, step by step. Not thread-safe: owned by the test. */
final class ScriptedWorker {
  private final JobQueue jobs;
  private final InMemoryTurns turns;
  private final InMemorySessionStreams streams;
  private final JobQueue gatewaysQueue;

  ScriptedWorker(
      JobQueue jobs,
      InMemoryTurns turns,
      InMemorySessionStreams streams,
      InMemoryJobStreams jobStreams) {
    this.jobs = jobs;
    this.turns = turns;
    this.streams = streams;
    this.gatewaysQueue = new InMemoryJobQueue(jobStreams, "gateway");
  }

  JobQueue gatewaysQueue() {
    return gatewaysQueue;
  }

  /** How many jobs nobody has claimed. */
  int claimAll() {
    int claimed = 0;
    for (ClaimedJob job : jobs.claim(1000, Duration.ZERO)) {
      jobs.done(job.id());
      claimed++;
    }
    return claimed;
  }

  /** Claims the job of the turn and appends its start. Other jobs are dropped. */
  Running begin(TurnId turn) {
    for (ClaimedJob job : jobs.claim(1000, Duration.ZERO)) {
      jobs.done(job.id());
      if (job.job().turn().equals(turn)) {
        return begin(job);
      }
    }
    throw new AssertionError("no job of turn " + turn);
  }

  private Running begin(ClaimedJob job) {
    return begin(job.job().turn(), job.id(), "token");
  }

  private Running begin(TurnId turn, JobId job, String token) {
    ClaimResult result = turns.claim(new ClaimRequest(turn, job, "worker-1", token, null));
    Claimed claimed = (Claimed) result;
    Running running = new Running(claimed, job);
    running.append(
        new AttemptStarted(turn, claimed.attempt(), claimed.request().model(), claimed.reset()));
    return running;
  }

  /** Claims and answers in one go. */
  void answer(TurnId turn, String text) {
    Running running = begin(turn);
    running.say(text);
    running.end();
  }

  /** A claimed turn. */
  final class Running {
    private final Claimed claimed;
    private final JobId job;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private EntryId next;

    private Running(Claimed claimed, JobId job) {
      this.claimed = claimed;
      this.job = job;
      this.next = EntryId.first(claimed.epoch());
    }

    private EntryId append(StreamEvent event) {
      EntryId id = next;
      streams.append(claimed.turn(), id, List.of(event), false).join();
      next = id.next();
      return id;
    }

    TurnRequest request() {
      return claimed.request();
    }

    void say(String piece) {
      text.append(piece);
      append(new Text(piece));
    }

    void think(String piece) {
      thoughts.append(piece);
      append(new Reasoning(piece));
    }

    /** Another worker takes the turn over, and begins anew. */
    Running takenOver() {
      TurnId turn = claimed.turn().turn();
      return begin(turn, job, "token-" + (claimed.attempt() + 1));
    }

    void fail(FailureCode code, String why) {
      TurnId turn = claimed.turn().turn();
      finish(
          new Generated(
              turn,
              Outcome.FAILED,
              null,
              code,
              why,
              text.length(),
              Answer.sha256(text.toString()),
              null,
              "demo",
              "demo-1"));
    }

    void call(String id, String name, String arguments) {
      ToolCall call = new ToolCall(calls.size(), id, name, arguments);
      calls.add(call);
      append(call);
    }

    void end(Warning... warnings) {
      TurnId turn = claimed.turn().turn();
      String said = text.toString();
      finish(
          new Generated(
              turn,
              Outcome.ENDED,
              FinishReason.STOP,
              null,
              null,
              said.length(),
              Answer.sha256(said),
              new Usage(3L, 5L, 8L, null, null),
              "demo",
              "demo-1",
              List.of(warnings)));
    }

    private void finish(Generated outcome) {
      TurnId turn = outcome.turn();
      EntryId last = new EntryId(next.epoch(), next.seq() - 1);
      append(outcome);
      Snapshot answer = new Snapshot(text.toString(), thoughts.toString(), calls);
      FinishResult result =
          turns.finish(new Ending.ByAttempt(turn, claimed.epoch(), outcome, answer, last, null));
      Completion completion = new Completion(turns, streams);
      completion.complete(turn);
      if (result instanceof FinishResult.Finished(var saved, var promotion)) {
        new Announcement(completion, streams, gatewaysQueue).announce(promotion);
      }
    }
  }
}
