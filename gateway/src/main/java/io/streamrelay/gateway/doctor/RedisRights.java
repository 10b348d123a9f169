package io.streamrelay.gateway.doctor;

import io.streamrelay.protocol.redis.RedisProbe.Answer;
import io.streamrelay.protocol.redis.RedisProbe.Server;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether this user may do what a tier does. Redis tells nobody but an admin, so each command is
 * tried on a key that isn't there, where none of them has an effect: any answer but {@code NOPERM}
 * is a yes, {@code MOVED} too.
 */
final class RedisRights {
  private static final String STREAM = "{user:doctor:chat:doctor}";
  private static final String CHANNEL = "push:" + STREAM;
  private static final String JOBS = "jobs:doctor";
  private static final String NO_SCRIPT = "0".repeat(40);

  /** Command lines by what to permit. */
  private static final Map<String, String> BOTH = new LinkedHashMap<>();

  private static final Map<String, String> OF_WORKERS = new LinkedHashMap<>();

  static {
    for (String key : List.of(STREAM, JOBS)) {
      BOTH.put("+eval ~" + pattern(key), "EVAL|return 1|1|" + key);
      BOTH.put("+evalsha ~" + pattern(key), "EVALSHA|" + NO_SCRIPT + "|1|" + key);
      BOTH.put("+xadd ~" + pattern(key), "XADD|" + key + "|NOMKSTREAM|*|a|b");
    }
    BOTH.put("+xrange", "XRANGE|" + STREAM + "|-|+|COUNT|1");
    BOTH.put("+xrevrange", "XREVRANGE|" + STREAM + "|+|-|COUNT|1");
    BOTH.put("+xtrim", "XTRIM|" + STREAM + "|MAXLEN|1");
    BOTH.put("+pexpire", "PEXPIRE|" + STREAM + "|1000");
    BOTH.put("+publish", "PUBLISH|" + CHANNEL + "|");
    BOTH.put("+xlen ~jobs:*", "XLEN|" + JOBS);
    BOTH.put("+xpending ~jobs:*", "XPENDING|" + JOBS + "|relay-workers");
    BOTH.put("+xgroup|create ~jobs:*", "XGROUP|CREATE|" + JOBS + "|relay-workers|$");
    OF_WORKERS.put("+script|load", "SCRIPT|LOAD|return 1");
    OF_WORKERS.put("+xrange ~jobs:*", "XRANGE|" + JOBS + "|-|+|COUNT|1");
    OF_WORKERS.put(
        "+xreadgroup ~jobs:*",
        "XREADGROUP|GROUP|relay-workers|doctor|COUNT|1|STREAMS|" + JOBS + "|>");
    OF_WORKERS.put("+xclaim ~jobs:*", "XCLAIM|" + JOBS + "|relay-workers|doctor|0|1-1");
    OF_WORKERS.put("+xack ~jobs:*", "XACK|" + JOBS + "|relay-workers|1-1");
    OF_WORKERS.put("+xdel ~jobs:*", "XDEL|" + JOBS + "|1-1");
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
    List<String> denied = denied(BOTH, server);
    if (sharded) {
      denied.addAll(denied(Map.of("+spublish", "SPUBLISH|" + CHANNEL + "|"), server));
    }
    boolean works = denied(OF_WORKERS, server).isEmpty();
    String subscribe = sharded ? "SSUBSCRIBE" : "SUBSCRIBE";
    boolean serves = !isDenied(last.ask(subscribe, CHANNEL));
    if (denied.isEmpty() && (serves || works)) {
      findings.ok(
          "rights",
          "user %s may do what %s does"
              .formatted(
                  user,
                  serves && works
                      ? "a gateway and what a worker"
                      : serves ? "a gateway" : "a worker"));
      return;
    }
    if (!serves && !works) {
      denied.add("+" + subscribe.toLowerCase(java.util.Locale.ROOT) + " &push:*");
    }
    findings.fail(
        "rights",
        "user " + user + " lacks " + String.join(", ", denied),
        "Give it the rights of deploy/redis/users.acl; ACL LOG tells what was refused.");
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
