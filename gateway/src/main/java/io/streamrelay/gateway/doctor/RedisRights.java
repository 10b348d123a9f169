package io.streamrelay.gateway.doctor;

import io.streamrelay.protocol.redis.RedisProbe.Answer;
import io.streamrelay.protocol.redis.RedisProbe.Server;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether this user may do what a tier does. Redis tells nobody but an admin, so each command is
 * tried on a key that isn't there, where none of them has an effect: any answer but {@code NOPERM}
 * is a yes, {@code MOVED} too.
 */
final class RedisRights {
  private static final String STREAM = "{user:doctor:chat:doctor}";
  private static final String CHANNEL = "push:" + STREAM;
  private static final String TOKEN = "token:doctor";
  private static final String JOBS = "jobs:doctor";
  private static final String CONTROL =
      "control:_doctor"; // no worker's: their names begin otherwise
  private static final String NO_SCRIPT = "0".repeat(40);

  /** Command lines by what to permit. */
  private static final Map<String, String> OF_BOTH = new LinkedHashMap<>();

  private static final Map<String, String> OF_GATEWAYS = new LinkedHashMap<>();

  private static final Map<String, String> OF_WORKERS = new LinkedHashMap<>();

  static {
    for (String key : List.of(STREAM, JOBS)) {
      OF_BOTH.put("+eval ~" + pattern(key), "EVAL|return 1|1|" + key);
      OF_BOTH.put("+evalsha ~" + pattern(key), "EVALSHA|" + NO_SCRIPT + "|1|" + key);
      OF_BOTH.put("+xadd ~" + pattern(key), "XADD|" + key + "|NOMKSTREAM|*|a|b");
    }
    OF_BOTH.put("+xrange", "XRANGE|" + STREAM + "|-|+|COUNT|1");
    OF_BOTH.put("+xrevrange", "XREVRANGE|" + STREAM + "|+|-|COUNT|1");
    OF_BOTH.put("+xtrim", "XTRIM|" + STREAM + "|MAXLEN|1");
    OF_BOTH.put("+pexpire", "PEXPIRE|" + STREAM + "|1000");
    OF_BOTH.put("+publish &push:*", "PUBLISH|" + CHANNEL + "|");
    OF_BOTH.put("+xlen ~jobs:*", "XLEN|" + JOBS);
    OF_BOTH.put("+xpending ~jobs:*", "XPENDING|" + JOBS + "|relay-workers");
    OF_BOTH.put("+xgroup|create ~jobs:*", "XGROUP|CREATE|" + JOBS + "|relay-workers|$");
    OF_GATEWAYS.put("+set ~token:*", "SET|" + TOKEN + "|x|XX");
    OF_GATEWAYS.put("+getex ~token:*", "GETEX|" + TOKEN);
    OF_GATEWAYS.put("+pexpire ~token:*", "PEXPIRE|" + TOKEN + "|1000");
    OF_GATEWAYS.put("+publish &control:*", "PUBLISH|" + CONTROL + "|");
    OF_WORKERS.put("+time", "TIME");
    OF_WORKERS.put("+script|load", "SCRIPT|LOAD|return 1");
    OF_WORKERS.put("+xrange ~jobs:*", "XRANGE|" + JOBS + "|-|+|COUNT|1");
    OF_WORKERS.put(
        "+xreadgroup ~jobs:*",
        "XREADGROUP|GROUP|relay-workers|doctor|COUNT|1|STREAMS|" + JOBS + "|>");
    OF_WORKERS.put("+xclaim ~jobs:*", "XCLAIM|" + JOBS + "|relay-workers|doctor|0|1-1");
    OF_WORKERS.put("+xack ~jobs:*", "XACK|" + JOBS + "|relay-workers|1-1");
    OF_WORKERS.put("+xdel ~jobs:*", "XDEL|" + JOBS + "|1-1");
    OF_WORKERS.put(
        "+xgroup|delconsumer ~jobs:*", "XGROUP|DELCONSUMER|" + JOBS + "|relay-workers|doctor");
    OF_WORKERS.put("+xinfo|groups ~jobs:*", "XINFO|GROUPS|" + JOBS);
    OF_WORKERS.put("+xinfo|consumers ~jobs:*", "XINFO|CONSUMERS|" + JOBS + "|relay-workers");
  }

  private RedisRights() {}

  private static String pattern(String key) {
    return key.substring(0, key.indexOf(':')) + ":*";
  }

  /**
   * @param sharded whether it is a cluster's
   * @param last a connection that is used for nothing else afterwards: it subscribes
   */
  static void check(Findings findings, String user, boolean sharded, Server server, Server last) {
    List<String> both = denied(OF_BOTH, server);
    if (sharded) {
      both.addAll(denied(Map.of("+spublish &push:*", "SPUBLISH|" + CHANNEL + "|"), server));
    }
    List<String> gateway = new ArrayList<>(both);
    gateway.addAll(denied(OF_GATEWAYS, server));
    List<String> worker = new ArrayList<>(both);
    worker.addAll(denied(OF_WORKERS, server));
    String subscribe = sharded ? "SSUBSCRIBE" : "SUBSCRIBE";
    String subscribing = "+" + subscribe.toLowerCase(Locale.ROOT);
    gateway.addAll(denied(Map.of(subscribing + " &push:*", subscribe + "|" + CHANNEL), last));
    worker.addAll(denied(Map.of("+subscribe &control:*", "SUBSCRIBE|" + CONTROL), last));
    judge(findings, user, gateway, worker);
  }

  private static void judge(
      Findings findings, String user, List<String> gateway, List<String> worker) {
    if (gateway.isEmpty() || worker.isEmpty()) {
      String tiers =
          !worker.isEmpty()
              ? "a gateway"
              : gateway.isEmpty() ? "a gateway and what a worker" : "a worker";
      findings.ok("rights", "user " + user + " may do what " + tiers + " does");
      return;
    }
    findings.fail(
        "rights",
        "user %s can be no gateway's, it lacks %s; and no worker's, it lacks %s"
            .formatted(user, String.join(", ", gateway), String.join(", ", worker)),
        "Give it the rights of its tier in deploy/redis/users.acl; ACL LOG tells what was refused.");
  }

  private static List<String> denied(Map<String, String> tried, Server server) {
    List<String> denied = new ArrayList<>();
    tried.forEach((right, line) -> {
      String[] words = line.split("\\|", -1);
      String[] arguments = Arrays.copyOfRange(words, 1, words.length);
      if (isDenied(server.ask(words[0], arguments))) {
        denied.add(right);
      }
    });
    return denied;
  }

  private static boolean isDenied(Answer answer) {
    return answer instanceof Answer.Refused refused && refused.denied();
  }
}
