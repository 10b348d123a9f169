package io.streamrelay.quickstart;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the user can do now. */
final class Welcome {
  private static final String TEXT =
      """

      Stream Relay is at %1$s   (Ctrl-C ends it; %6$s)
      %2$s%7$s
      Stream an answer:
        curl -N %8$s%1$s/api/chat/hello -H 'content-type: application/json' -d '{"message":"Tell me a story","model":"demo","stream":true}'
      Resume it after any id you saw, here 2-5, also while it still grows:
        curl -N %8$s'%1$s/api/chat/hello/stream?after=2-5'
      Kill the worker meanwhile and watch the answer go on:
        kill -9 %3$d
      %4$s
      Logs and data: %5$s\
      """;

  private static final String KEY =
      """

      Make a key (shown this once) for a caller; key list and key revoke do the rest:
        KEY=$(./stream-relay key create --caller me)
      """;

  private Welcome() {}

  static String text(CommandLine.Up up, List<Service> services, Map<String, String> environment) {
    long worker =
        services.stream()
            .filter(service -> !service.plan().isGateway())
            .mapToLong(service -> service.process().pid())
            .findFirst()
            .orElseThrow();
    boolean tls = isTls(environment);
    String scheme = tls ? "https" : "http";
    String running =
        services.stream().map(service -> line(service, scheme)).collect(Collectors.joining());
    String url = scheme + "://127.0.0.1:" + up.port();
    return TEXT.formatted(
        url,
        running,
        worker,
        models(environment),
        up.data(),
        up.keys() ? "callers need a key" : "anybody on this machine may use it",
        up.keys() ? KEY : "",
        (tls ? "-k " : "") + (up.keys() ? "-H \"Authorization: Bearer $KEY\" " : ""));
  }

  /** Whether the user's own settings have the gateways speak TLS. */
  private static boolean isTls(Map<String, String> environment) {
    return environment.keySet().stream().anyMatch(name -> name.startsWith("SERVER_SSL_"))
        && !environment.getOrDefault("SERVER_SSL_ENABLED", "true").equalsIgnoreCase("false");
  }

  private static String line(Service service, String scheme) {
    String at =
        service.plan().isGateway() ? ", " + scheme + "://127.0.0.1:" + service.plan().port() : "";
    return "  %s: pid %d%s, management http://127.0.0.1:%d\n"
        .formatted(
            service.plan().name(), service.process().pid(), at, service.plan().managementPort());
  }

  private static String models(Map<String, String> environment) {
    OpenAiModel openAi = OpenAiModel.of(environment);
    if (openAi != null) {
      return "Models: demo, " + openAi;
    }
    return environment.getOrDefault("OPENAI_BASE_URL", "").isBlank()
        ? "Models: demo (set OPENAI_API_KEY for a real one)"
        : "Models: demo (OPENAI_BASE_URL is set, but OPENAI_API_KEY is not; if the server wants none, set any)";
  }
}
