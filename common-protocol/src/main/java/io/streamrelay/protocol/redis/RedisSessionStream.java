package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.CloseResult;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.data.domain.Range;
import org.springframework.data.domain.Range.Bound;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.RedisStreamCommands.TrimOptions;
import org.springframework.data.redis.connection.RedisStreamCommands.XTrimOptions;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import redis.clients.jedis.Protocol.Command;

/** The session streams in Redis, by one script for each operation that writes. Thread-safe. */
public final class RedisSessionStream implements SessionStream {
  private final RedisConnections connections;
  private final StringRedisTemplate redis;
  private final KeyPipelines pipelines;
  private final String publish;
  private final Duration retention;

  public RedisSessionStream(RedisConnections connections, RedisProtocolProperties properties) {
    this.connections = connections;
    this.redis = connections.template();
    this.pipelines = new KeyPipelines(connections);
    this.publish = connections.publishCommand();
    this.retention = properties.retention();
  }

  @Override
  public boolean open(ActiveTurn turn, UserMessage user, long keepFrom) {
    Long written =
        run(
            "open",
            RedisScripts.OPEN,
            turn.session(),
            publish,
            turn.session().channel(),
            Long.toString(turn.userEpoch()),
            EntryId.first(keepFrom).toString(),
            Long.toString(retention.toMillis()),
            turn.turn().toString(),
            EventCodec.data(user));
    return written == 1;
  }

  @Override
  public List<Entry> mark(ActiveTurn turn, long finalEpoch) {
    List<Object> entries =
        run(
            "mark",
            RedisScripts.MARK,
            turn.session(),
            Long.toString(turn.userEpoch()),
            Long.toString(finalEpoch - 2),
            turn.turn().toString(),
            EventCodec.data(Generated.fromOutside(turn.turn(), Outcome.CANCELLED)));
    return entries.stream().map(entry -> EntryFields.entry((List<?>) entry)).toList();
  }

  @Override
  public CloseResult close(EndedTurn ended) {
    ActiveTurn turn = ended.turn();
    Long closed =
        run(
            "close",
            RedisScripts.CLOSE,
            turn.session(),
            publish,
            turn.session().channel(),
            Long.toString(turn.userEpoch()),
            Long.toString(ended.finalEpoch()),
            ended.last() == null ? "" : ended.last().toString(),
            Long.toString(retention.toMillis()),
            turn.turn().toString(),
            EventCodec.data(ended.user()),
            EventCodec.data(ended.reset()),
            EventCodec.data(ended.snapshot()),
            ended.terminal().type(),
            EventCodec.data(ended.terminal()));
    return closed == 1
        ? CloseResult.CLOSED
        : closed == 0 ? CloseResult.ALREADY_CLOSED : CloseResult.GONE;
  }

  private <T> T run(String what, RedisScript<T> script, SessionKey session, Object... arguments) {
    return connections.calling(
        what, () -> redis.execute(script, List.of(session.stream()), arguments));
  }

  @Override
  public List<Entry> read(SessionKey session, EntryId after, int count) {
    Range<String> range = Range.rightUnbounded(Bound.exclusive(after.toString()));
    return connections.calling(
        "read",
        () ->
            redis
                .<String, String>opsForStream()
                .range(session.stream(), range, Limit.limit().count(count))
                .stream()
                .map(record -> EntryFields.entry(record.getId().getValue(), record.getValue()))
                .toList());
  }

  @Override
  public Map<SessionKey, EntryId> lastIds(Collection<SessionKey> sessions) {
    Map<SessionKey, EntryId> ids = new HashMap<>();
    pipelines.run(
        "last ids",
        sessions,
        SessionKey::stream,
        Command.XREVRANGE,
        List.of("+", "-", "COUNT", "1"),
        (session, answer) -> {
          for (Object last : (List<?>) answer) {
            byte[] id = (byte[]) ((List<?>) last).getFirst();
            ids.put(session, EntryId.parse(new String(id, StandardCharsets.ISO_8859_1)));
          }
        });
    return ids;
  }

  /** Trimmed, not deleted: a stream that is empty still knows its last id. */
  @Override
  public void forget(SessionKey session, long through) {
    RecordId first = RecordId.of(EntryId.first(through + 1).toString());
    XTrimOptions below = XTrimOptions.trim(TrimOptions.minId(first).exact());
    connections.calling("forget", () -> redis.opsForStream().trim(session.stream(), below));
  }

  @Override
  public void keep(Collection<SessionKey> sessions) {
    pipelines.run(
        "keep",
        sessions,
        SessionKey::stream,
        Command.PEXPIRE,
        List.of(Long.toString(retention.toMillis())),
        (session, answer) -> {});
  }
}
