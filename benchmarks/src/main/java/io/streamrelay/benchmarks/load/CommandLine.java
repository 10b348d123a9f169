package io.streamrelay.benchmarks.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the options. Each refusal names the option, what was given and what is allowed. */
public final class CommandLine {
  public static final String USAGE =
      """
      ./stream-relay bench [options]   load a running Stream Relay and check every token of every answer
        --url URL             base URL of a gateway, http://127.0.0.1:8080 by default; repeat for more
        --streams N           turns in all, 50 by default
        --rate R              turns that arrive per second, 10 by default, however slow the answers are
        --warm-up N           turns before those, at the same rate, that don't count; 0 by default
        --tokens T            tokens of each answer, 200 by default
        --interval MS         from token to token, 40 by default; 0: as fast as the provider can
        --first MS            until the provider's first token, 200 by default
        --model NAME          family of the model, demo-stamp by default; tokens and pace are appended
                              (NAME-t200-i40-f200). It must say stamped tokens: `bench provider` does
        --dialect NAME        in whose words: sse (our own events, the default), openai, responses,
                              uimessage, websocket
        --direct URL          afterwards ask the provider itself for the same, at URL/chat/completions
        --process NAME=PID    charge the CPU and memory of this process (and its children); repeat, or
                              join several ids with commas. -NAME=PID is shown, not summed up
        --data DIR            the data folder of `./stream-relay up`, .data in the project by default: where
                              that runs and no --process is named, its processes are charged
        --timeout SECONDS     until a turn counts as lost, 120 by default
        --json FILE           write the whole report there
      ./stream-relay bench provider [--port P]
                              a model provider to measure with: OpenAI's protocol, stamped tokens
      ./stream-relay bench budgets [name …]
                              measure the budgets, each beside a baseline, on a system it starts itself;
                              `bench budgets help` tells more
      ./stream-relay bench jmh [pattern]
                              micro-benchmarks of what happens per token; takes all options of JMH

      RELAY_API_KEY in the environment is the key to call with; dev mode needs none.
      Exit code: 0 if every accepted turn arrived whole, 1 if not, 2 if nothing could be measured.
      """;

  private static final int MAX_STREAMS = 200_000;
  private static final int MAX_TOKENS = 100_000;
  private static final int MAX_MILLIS = 600_000;

  private CommandLine() {}

  /**
   * Throws IllegalArgumentException with a sentence for the user.
   *
   * @param key from the environment
   * @param home the project's folder
   */
  public static Plan parse(String[] arguments, @Nullable String key, Path home) {
    Options options = new Options(arguments, USAGE);
    String json = options.last("--json");
    String family = options.last("--model");
    String data = options.last("--data");
    return new Plan(
        options.gateways(),
        Dialect.of(options.last("--dialect")),
        options.url("--direct"),
        options.whole("--streams", 50, 1, MAX_STREAMS),
        options.number("--rate", 10, 0.01, 100_000),
        options.whole("--warm-up", 0, 0, MAX_STREAMS),
        options.whole("--tokens", 200, 1, MAX_TOKENS),
        Duration.ofMillis(options.whole("--interval", 40, 0, MAX_MILLIS)),
        Duration.ofMillis(options.whole("--first", 200, 0, MAX_MILLIS)),
        family == null ? "demo-stamp" : family,
        Duration.ofSeconds(options.whole("--timeout", 120, 1, 86_400)),
        processes(options, data == null ? null : Path.of(data), home),
        json == null ? null : Path.of(json),
        Options.key(key));
  }

  private static Map<String, List<Long>> processes(
      Options options, @Nullable Path data, Path home) {
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    if (!options.has("--process")) {
      return data == null
          ? LocalProcesses.of(home.resolve(".data"))
          : LocalProcesses.required(data);
    }
    for (String value : options.all("--process")) {
      int equals = value.indexOf('=');
      if (equals < 1 || !value.substring(equals + 1).matches("\\d{1,9}(,\\d{1,9})*")) {
        throw new IllegalArgumentException(
            "--process is '" + value + "'; it must be NAME=PID or NAME=PID,PID.");
      }
      List<Long> ids = new ArrayList<>();
      for (String id : value.substring(equals + 1).split(",")) {
        ids.add(running(Long.parseLong(id)));
      }
      processes.put(value.substring(0, equals), ids);
    }
    return processes;
  }

  private static long running(long id) {
    if (ProcessHandle.of(id).isEmpty()) {
      throw new IllegalArgumentException("--process names " + id + ", and no such process runs.");
    }
    return id;
  }
}
