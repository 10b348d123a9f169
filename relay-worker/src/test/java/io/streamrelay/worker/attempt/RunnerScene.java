package io.streamrelay.worker.attempt;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.worker.chunk.ChunkProperties;
import io.streamrelay.worker.chunk.ManualTime;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Route;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A worker's attempts over twins, with a provider that plays a script. Not thread-safe. */
public abstract class RunnerScene {
  protected static final SessionKey SESSION = new SessionKey(Owner.DEV, new SessionId("s"));

  protected final ManualTime time = new ManualTime();
  protected final InMemoryTurns turns = new InMemoryTurns(() -> time.nanos() / 1_000_000);
  protected final InMemorySessionStreams streams = new InMemorySessionStreams();
  protected final InMemoryJobStreams jobStreams =
      new InMemoryJobStreams(() -> time.nanos() / 1_000_000);
  protected final InMemoryJobQueue jobs = new InMemoryJobQueue(jobStreams, "w1");
  protected final Completion completion = new Completion(turns, streams);
  protected final LiveAttempts live = new LiveAttempts();
  protected final List<ProviderRequest> asked = new ArrayList<>();
  protected final List<ResumePoint> again = new ArrayList<>();
  protected int tokens;
  protected Script script = sink -> {};

  /** What the provider says a call cost, before anything else; null: nothing. */
  protected Usage spent;

  /** How long each of those that are asked is waited for. */
  protected List<Duration> waited = List.of();

  /** What the one that answers doesn't do as it is asked. */
  protected List<Warning> warned = List.of();

  /** What another one didn't do, that was asked before and failed. */
  protected List<Warning> warnedBefore = List.of();

  /** What callers find for their messages; null: nothing. */
  protected List<Passage> context;

  protected Takeover takeover = Takeover.RESTART;

  /** What the provider says when it is asked for an answer once more; null: it can't. */
  protected Script resumed;

  /** What the provider calls its answers; null: it has no names for them. */
  protected String named;

  /** What the provider was told to generate no more. */
  protected final List<String> cancelled = new ArrayList<>();

  protected interface Script {
    void play(DeltaSink sink) throws ProviderException, InterruptedException;
  }

  protected Route route =
      new Route() {
        @Override
        public String system() {
          return "Be brief.";
        }

        @Override
        public int history() {
          return 2;
        }

        @Override
        public Parameters parameters(Parameters asked) {
          return new Parameters(0.5, asked.topP(), asked.maxTokens(), null, null, null);
        }

        @Override
        public Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher)
            throws ProviderException, InterruptedException {
          asked.add(request);
          watcher.asking(new Asked("before", "m"));
          warnedBefore.forEach(watcher::warned);
          watcher.asking(new Asked("demo", "demo-1"));
          warned.forEach(watcher::warned);
          if (spent != null) {
            watcher.spent(spent);
          }
          if (named != null) {
            watcher.named(named);
          }
          waited.forEach(watcher::waitedFor);
          script.play(sink);
          return new Routed(FinishReason.STOP, spent, "demo", "demo-1");
        }

        @Override
        public Takeover takeover() {
          return takeover;
        }

        @Override
        public Routed resume(
            ResumePoint at, ProviderRequest request, DeltaSink sink, Watcher watcher)
            throws ProviderException, InterruptedException {
          if (resumed == null) {
            return generate(request, sink, watcher);
          }
          again.add(at);
          watcher.asking(new Asked(at.provider(), at.model()));
          watcher.named(at.response());
          resumed.play(sink);
          return new Routed(FinishReason.STOP, spent, at.provider(), at.model());
        }

        @Override
        public void cancel(ResumePoint at) {
          cancelled.add(at.response());
        }
      };

  /** What was traced and has ended. */
  protected final InMemorySpanExporter spans = InMemorySpanExporter.create();

  protected final Tracer tracer =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build()
          .get("test");

  protected final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  protected final AttemptMeters meters = new AttemptMeters(registry, ModelLabels.NONE);
  protected final AttemptRunner runner =
      new AttemptRunner(
          "w1",
          turns,
          jobs,
          new Generating(
              streams,
              streams,
              turns,
              model -> model.equals("demo") ? route : null,
              time,
              Runnable::run,
              new ChunkProperties(
                  Duration.ZERO, Duration.ofMillis(250), 2048, 262_144, 1_048_576, 20_000, 256),
              () -> {}),
          new Finishing(
              turns, jobs, completion, new Announcement(completion, streams, jobs), time, meters),
          live,
          new AttemptRunner.Health() {
            @Override
            public void postgresAnswered() {}

            @Override
            public void postgresAway() {}
          },
          meters,
          time,
          () -> "token-" + tokens++,
          tracer);

  protected TurnId submit(String text) {
    return submit(text, "demo");
  }

  protected TurnId submit(String text, String model) {
    return submit(SESSION, text, model);
  }

  protected TurnId submit(SessionKey session, String text, String model) {
    Submission submission = submission(session, text, model, OnBusy.REJECT);
    SubmitResult.Accepted accepted = (SubmitResult.Accepted) turns.submit(submission);
    streams.open(accepted.turn(), user(accepted), accepted.keepFrom());
    queue(session, submission.turn());
    return submission.turn();
  }

  /** Lets a turn wait for those before it. */
  protected TurnId enqueue(String text) {
    Submission submission = submission(SESSION, text, "demo", OnBusy.ENQUEUE);
    if (!(turns.submit(submission) instanceof SubmitResult.Waiting)) {
      throw new AssertionError("the session isn't busy");
    }
    return submission.turn();
  }

  private Submission submission(SessionKey session, String text, String model, OnBusy onBusy) {
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text(text)),
        new TurnRequest(
            model,
            null,
            new Parameters(null, null, 50, null, null, null),
            null,
            context,
            Lane.INTERACTIVE,
            null,
            null,
            null),
        null,
        "hash",
        Duration.ofMinutes(10),
        onBusy);
  }

  protected UserMessage user(SubmitResult.Accepted accepted) {
    return turns
        .after(accepted.turn().session(), new EntryId(accepted.turn().userEpoch() - 1, 0), 1)
        .getFirst()
        .user();
  }

  protected void queue(TurnId turn) {
    queue(SESSION, turn);
  }

  private void queue(SessionKey session, TurnId turn) {
    jobs.add(new Job(turn, session, Lane.INTERACTIVE, null));
  }

  /** The queue, but a claim of nothing takes the time that it may block, as it does on Redis. */
  protected JobQueue blocking(Time waiting) {
    return (JobQueue)
        Proxy.newProxyInstance(
            JobQueue.class.getClassLoader(),
            new Class<?>[] {JobQueue.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(jobs, arguments);
              if (method.getName().equals("claim") && ((List<?>) answer).isEmpty()) {
                try {
                  waiting.pause((Duration) arguments[1]);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
              return answer;
            });
  }

  /** Settings that wait as long as they do in life, but claim without blocking. */
  protected static WorkerProperties settings(int slots, Duration grace) {
    return new WorkerProperties(
        "w1",
        slots,
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        grace);
  }

  protected ClaimedJob claimed() {
    return jobs.claim(1, Duration.ZERO).getFirst();
  }

  protected List<Entry> entries() {
    return streams.read(SESSION, EntryId.ZERO, 1000);
  }

  protected List<String> types() {
    return entries().stream().map(entry -> entry.id() + " " + entry.event().type()).toList();
  }

  protected InMemoryTurns.Look look(TurnId turn) {
    return turns.look(turn);
  }

  protected boolean noJobs() {
    return jobs.turns(10).isEmpty();
  }
}
