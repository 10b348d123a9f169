package io.streamrelay.protocol.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * One command over many keys in few round trips: one for each server and thousand keys. Spring's
 * pipelines don't know clusters. Thread-safe.
 */
final class KeyPipelines {
  private static final int MAX_PIPELINED = 1000;

  private final RedisConnections connections;

  KeyPipelines(RedisConnections connections) {
    this.connections = connections;
  }

  /** Those of one server that share a round trip. */
  private record Part<T>(@Nullable HostAndPort node, List<T> owners) {}

  /**
   * Throws {@link io.streamrelay.protocol.session.StoreUnavailableException} at the first error;
   * what was asked for by then is done.
   *
   * @param owners whose keys these are
   * @param key of each
   * @param arguments those after the key
   * @param take is given each answer, as jedis reads it
   */
  <T> void run(
      String what,
      Collection<T> owners,
      Function<T, String> key,
      Command command,
      List<String> arguments,
      BiConsumer<T, Object> take) {
    for (Part<T> part : connections.calling(what, () -> parts(owners, key))) {
      List<String> keys = part.owners().stream().map(key).toList();
      List<Object> answers =
          connections.calling(what, () -> pipelined(part.node(), keys, command, arguments));
      for (int at = 0; at < answers.size(); at++) {
        String asked = keys.get(at);
        Object answer = answers.get(at);
        take.accept(
            part.owners().get(at),
            answer instanceof JedisRedirectionException
                ? connections.calling(what, () -> followed(asked, command, arguments))
                : answer);
      }
    }
  }

  private <T> List<Part<T>> parts(Collection<T> owners, Function<T, String> key) {
    RedisNodes nodes = connections.nodes();
    Map<@Nullable HostAndPort, List<T>> servers = new LinkedHashMap<>();
    for (T owner : owners) {
      HostAndPort node = nodes.sharded() ? nodes.holder(key.apply(owner)) : null;
      servers.computeIfAbsent(node, some -> new ArrayList<>()).add(owner);
    }
    List<Part<T>> parts = new ArrayList<>();
    servers.forEach((node, all) -> {
      for (int from = 0; from < all.size(); from += MAX_PIPELINED) {
        int to = Math.min(all.size(), from + MAX_PIPELINED);
        parts.add(new Part<>(node, all.subList(from, to)));
      }
    });
    return parts;
  }

  /** Redirections are answers, other errors are thrown. */
  private List<Object> pipelined(
      @Nullable HostAndPort node, List<String> keys, Command command, List<String> arguments) {
    try (Connection connection = connections.borrow(node)) {
      keys.forEach(key -> connection.sendCommand(command, withKey(key, arguments)));
      List<Object> answers = connection.getMany(keys.size());
      for (Object answer : answers) {
        if (answer instanceof JedisDataException e && !(e instanceof JedisRedirectionException)) {
          throw e;
        }
      }
      return answers;
    }
  }

  private Object followed(String key, Command command, List<String> arguments) {
    connections.nodes().doubt();
    return connections.following(key, command, withKey(key, arguments));
  }

  private static String[] withKey(String key, List<String> arguments) {
    List<String> all = new ArrayList<>();
    all.add(key);
    all.addAll(arguments);
    return all.toArray(String[]::new);
  }
}
