package io.streamrelay.simulation;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.function.Consumer;

/** One gateway: submit, cancel and tail on simulated stores. */
final class Gateway {
  private final Host host;
  private final TurnStore turns;
  private final SessionStream streams;
  private final JobQueue jobs;
  private final Completion completion;
  private final Tail tail;

  Gateway(World world, String name, SimulatedRedis redis, SimulatedPostgres postgres) {
    this.host = new Host(world.scheduler, name);
    this.turns = postgres.store(host);
    this.streams = redis.stream(host);
    this.jobs = redis.jobs(host, name);
    this.completion = new Completion(turns, streams);
    this.tail =
        new Tail(
            host,
            streams,
            redis.subscriber(host),
            postgres.reader(host),
            new HostTime(world.scheduler, host));
  }

  Host host() {
    return host;
  }

  /** A POST: {@code answer} is called on a thread of this gateway, or never if it dies. */
  void submit(Submission submission, Consumer<SubmitResult> answer, Runnable unavailable) {
    host.start(
        "submit",
        () -> {
          try {
            SubmitResult result = turns.submit(submission);
            if (result instanceof SubmitResult.Accepted accepted) {
              queue(submission, accepted);
            }
            answer.accept(result);
          } catch (StoreUnavailableException e) {
            unavailable.run();
          }
        });
  }

  private void queue(Submission submission, SubmitResult.Accepted accepted) {
    try {
      UserMessage user =
          new UserMessage(submission.turn(), submission.messageId(), submission.parts());
      streams.open(accepted.turn(), user, accepted.keepFrom());
      jobs.add(
          new Job(submission.turn(), submission.session(), submission.request().lane(), null));
    } catch (StoreUnavailableException e) {
      // committed: the worker opens, the sweeper queues
    }
  }

  void cancel(TurnId turn) {
    host.start(
        "cancel",
        () -> {
          try {
            turns.finish(new Ending.Cancel(turn, "owner", null));
            completion.complete(turn);
          } catch (StoreUnavailableException e) {
            // the caller is told; if it was committed, the sweeper completes
          }
        });
  }

  Tail.Following attach(Attachment attachment, Sink sink) {
    return tail.attach(attachment, sink);
  }
}
