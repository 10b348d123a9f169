package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.SessionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * One command over many session streams in few round trips: one for each server and thousand
 * streams. Spring's pipelines don't know clusters. Thread-safe.
 */
final class SessionPipelines {
  private static final int MAX_PIPELINED = 1000;

  private final RedisConnections connections;

  SessionPipelines(RedisConnections connections) {
    this.connections = connections;
  }

  /** The streams of one server that share a round trip. */
  private record Part(@Nullable HostAndPort node, List<SessionKey> sessions) {}

  /**
   * Throws {@link io.streamrelay.protocol.session.StoreUnavailableException} at the first error.
   *
   * @param arguments those after the key
   * @param take is given each answer, as jedis reads it
   */
  void run(
      String what,
      Collection<SessionKey> sessions,
      Command command,
      List<String> arguments,
      BiConsumer<SessionKey, Object> take) {
    for (Part part : connections.calling(what, () -> parts(sessions))) {
      List<Object> answers = connections.calling(what, () -> pipelined(part, command, arguments));
      for (int at = 0; at < answers.size(); at++) {
        SessionKey session = part.sessions().get(at);
        Object answer = answers.get(at);
        take.accept(
            session,
            answer instanceof JedisRedirectionException
                ? connections.calling(what, () -> followed(session, command, arguments))
                : answer);
      }
    }
  }

  private List<Part> parts(Collection<SessionKey> sessions) {
    RedisNodes nodes = connections.nodes();
    Map<@Nullable HostAndPort, List<SessionKey>> servers = new LinkedHashMap<>();
    for (SessionKey session : sessions) {
      HostAndPort node = nodes.sharded() ? nodes.holder(session.stream()) : null;
      servers.computeIfAbsent(node, some -> new ArrayList<>()).add(session);
    }
    List<Part> parts = new ArrayList<>();
    servers.forEach((node, all) -> {
      for (int from = 0; from < all.size(); from += MAX_PIPELINED) {
        int to = Math.min(all.size(), from + MAX_PIPELINED);
        parts.add(new Part(node, all.subList(from, to)));
      }
    });
    return parts;
  }

  /** Redirections are answers, other errors are thrown. */
  private List<Object> pipelined(Part part, Command command, List<String> arguments) {
    try (Connection connection = connections.borrow(part.node())) {
      part.sessions()
          .forEach(session -> connection.sendCommand(command, withKey(session, arguments)));
      List<Object> answers = connection.getMany(part.sessions().size());
      for (Object answer : answers) {
        if (answer instanceof JedisDataException e && !(e instanceof JedisRedirectionException)) {
          throw e;
        }
      }
      return answers;
    }
  }

  private Object followed(SessionKey session, Command command, List<String> arguments) {
    connections.nodes().doubt();
    return connections.following(session.stream(), command, withKey(session, arguments));
  }

  private static String[] withKey(SessionKey session, List<String> arguments) {
    List<String> all = new ArrayList<>();
    all.add(session.stream());
    all.addAll(arguments);
    return all.toArray(String[]::new);
  }
}
