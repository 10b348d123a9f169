package io.streamrelay.simulation;

import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.cancel.Cancels;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.gateway.follow.Begins;
import io.streamrelay.gateway.follow.Positions;
import io.streamrelay.gateway.session.Deletes;
import io.streamrelay.gateway.submit.Submits;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.HubBounds;
import io.streamrelay.gateway.tail.Hubs;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One gateway without its HTTP: the classes that ship, put together as the application does, on
 * simulated stores. What is asked of it is answered on its own threads, or never if it dies.
 */
final class Gateway {
  private final World world;
  private final Host host;
  private final Function<Submission, SubmitResult> submits;
  private final BiConsumer<SessionKey, @Nullable TurnId> cancels;
  private final Consumer<SessionKey> deletes;
  private final Positions positions;
  private final Hub hub;
  private boolean draining;

  Gateway(World world, String name, SimulatedRedis redis, SimulatedPostgres postgres) {
    this.world = world;
    this.host = new Host(world.scheduler, name);
    HostTime time = new HostTime(world.scheduler, host);
    TurnStore turns = postgres.store(host);
    TurnReader reader = postgres.reader(host);
    SessionStream streams = redis.stream(host);
    JobQueue jobs = redis.jobs(host, name);
    Canceller canceller = Cancels.canceller(turns, reader, streams, jobs, redis.control(host));
    this.submits = Submits.by(turns, streams, jobs, canceller, time);
    this.cancels = Cancels.by(canceller);
    this.deletes = Deletes.by(postgres.sessions(host), canceller);
    this.positions = Begins.by(reader, streams);
    this.hub =
        Hubs.without(
            world.off(),
            redis::previous,
            streams,
            redis.subscriber(host),
            reader,
            time,
            host.executor("tail"),
            world.chance.random(),
            bounds(world));
    host.start("hub", hub::start);
  }

  /** Tight ones, so that they are met. */
  private static HubBounds bounds(World world) {
    Chance chance = world.chance;
    HubBounds usual = HubBounds.DEFAULTS;
    Duration quiet = chance.oneOf(List.of(Duration.ofSeconds(3), usual.quiet()));
    return new HubBounds(
        chance.oneOf(List.of(2, 6, 4096)),
        usual.bufferChars(),
        chance.oneOf(List.of(1, 2, 4, 200)),
        world.on(Rule.QUIET) ? quiet : Duration.ofDays(1),
        usual.tick(),
        usual.linger(),
        usual.retryFirst(),
        usual.retryMost());
  }

  Host host() {
    return host;
  }

  /** A POST. */
  void submit(Submission submission, Consumer<SubmitResult> answer, Runnable unavailable) {
    host.start(
        "submit",
        () -> {
          SubmitResult result;
          try {
            result = submits.apply(submission);
          } catch (StoreUnavailableException e) {
            unavailable.run();
            return;
          }
          answer.accept(result);
        });
  }

  /** As on SIGTERM: readers are sent elsewhere, then it ends. */
  void drain() {
    if (!draining) {
      draining = true;
      world.trace(() -> host.name() + " drains");
      host.start(
          "drain",
          () -> {
            hub.close();
            host.kill();
          });
    }
  }

  /**
   * A cancel; the caller doesn't repeat it.
   *
   * @param turn null: whichever is active
   */
  void cancel(SessionKey session, @Nullable TurnId turn) {
    host.start(
        "cancel",
        () -> {
          try {
            cancels.accept(session, turn);
          } catch (StoreUnavailableException e) {
            // 503
          }
        });
  }

  /** A DELETE of a session; the caller doesn't repeat it. */
  void delete(SessionKey session) {
    host.start(
        "delete",
        () -> {
          try {
            deletes.accept(session);
          } catch (StoreUnavailableException e) {
            // 503
          }
        });
  }

  /** A GET of a session's or a turn's stream. */
  void read(
      SessionKey session,
      @Nullable TurnId turn,
      @Nullable EntryId cursor,
      boolean follow,
      Answered answered) {
    host.start(
        "read",
        () -> {
          Attachment attachment;
          try {
            attachment = attachment(session, turn, cursor, follow);
          } catch (ProblemException | StoreUnavailableException e) {
            answered.problem();
            return;
          }
          if (attachment == null) {
            answered.nothing();
          } else {
            answered.stream(hub, attachment);
          }
        });
  }

  private @Nullable Attachment attachment(
      SessionKey session, @Nullable TurnId turn, @Nullable EntryId cursor, boolean follow) {
    if (turn == null) {
      return positions.ofSession(session, cursor, follow);
    }
    return cursor == null
        ? positions.ofTurn(session, turn)
        : positions.ofTurn(session, turn, cursor);
  }

  /** How a GET is answered. */
  interface Answered {
    /** 200: the hub takes over. */
    void stream(Hub hub, Attachment attachment);

    /** 204. */
    void nothing();

    /** 404 or 503. */
    void problem();
  }
}
