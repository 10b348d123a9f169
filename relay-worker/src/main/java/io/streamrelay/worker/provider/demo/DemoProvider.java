package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools.Tool;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers up: a story, the same for the same question, at the pace and with the faults that
 * the model name asks for (see {@link DemoKnobs}). Calls a tool of the request's where the question
 * names one, or has the word, and then tells what it answered. Needs no network and no key.
 *
 * <p>Thread-safe.
 */
public final class DemoProvider implements Provider {
  private final Duration betweenTokens;

  /**
   * @param betweenTokens how long a stall lasts until it is {@code provider_timeout}
   */
  public DemoProvider(Duration betweenTokens) {
    this.betweenTokens = betweenTokens;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    DemoKnobs knobs = DemoKnobs.parse(request.model());
    String question = question(request.messages());
    DemoPace pace = new DemoPace(knobs, betweenTokens, request.deadlineNanos(), sink);
    int reasoning = 0;
    for (String token : DemoText.reasoning(knobs, question, request.attempt())) {
      pace.beforeToken();
      sink.reasoning(token);
      reasoning++;
    }
    List<String> tokens = tokens(request, knobs, question);
    Integer maxTokens = request.parameters().maxTokens();
    int most = maxTokens == null ? tokens.size() : Math.min(tokens.size(), maxTokens);
    for (int i = 0; i < most; i++) {
      if (endsHere(knobs, i, pace)) {
        return reply(request, FinishReason.LENGTH, i, reasoning);
      }
      pace.beforeToken();
      sink.text(knobs.stamp() ? stamp(i) : tokens.get(i));
    }
    if (endsHere(knobs, most, pace) || most < tokens.size()) {
      return reply(request, FinishReason.LENGTH, most, reasoning);
    }
    Tool tool = DemoTools.called(request, knobs, question);
    if (tool == null) {
      return reply(request, FinishReason.STOP, most, reasoning);
    }
    int pieces = callTool(tool, callId(request, knobs, question), pace, sink);
    return reply(request, FinishReason.TOOL_CALLS, most + pieces, reasoning);
  }

  /** For whoever measures: which token this is, and the microseconds since 1970. */
  private static String stamp(int number) {
    return number + ":" + ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + " ";
  }

  /** What tools answered; else the story, and before it what was seen. */
  private static List<String> tokens(ProviderRequest request, DemoKnobs knobs, String question) {
    String results = DemoTools.results(request.messages());
    if (results != null) {
      return words(results);
    }
    List<String> story = DemoText.tokens(knobs, question, request.attempt());
    String seen = DemoTools.seen(request.messages());
    return seen == null
        ? story
        : Stream.concat(words(seen + " ").stream(), story.stream()).toList();
  }

  private static List<String> words(String text) {
    return List.of(text.split("(?<= )"));
  }

  /** Another one in each round. */
  private static String callId(ProviderRequest request, DemoKnobs knobs, String question) {
    long seed = DemoText.seed(knobs, question, request.attempt());
    return "call_demo_" + Long.toHexString(seed) + "_" + request.messages().size();
  }

  /**
   * Has the fault happen that is wished for after {@code said} tokens; true: the answer reached its
   * length.
   */
  private static boolean endsHere(DemoKnobs knobs, int said, DemoPace pace)
      throws ProviderException, InterruptedException {
    if (is(knobs.errorAfter(), said)) {
      pace.beforeToken();
      throw new ProviderException(
          FailureCode.PROVIDER_UNAVAILABLE, "demo failed after " + said + " tokens, as asked");
    }
    if (is(knobs.cutAfter(), said)) {
      pace.beforeToken();
      throw new ProviderException(
          FailureCode.PROVIDER_TRUNCATED, "demo broke off after " + said + " tokens, as asked");
    }
    if (is(knobs.stallAfter(), said)) {
      throw pace.stall();
    }
    return is(knobs.lengthAfter(), said);
  }

  private static boolean is(@Nullable Integer after, int said) {
    return after != null && after == said;
  }

  private static int callTool(Tool tool, String id, DemoPace pace, DeltaSink sink)
      throws ProviderException, InterruptedException {
    List<ToolCall> pieces = DemoTools.call(tool, id);
    for (ToolCall piece : pieces) {
      pace.beforeToken();
      sink.toolCall(piece);
    }
    return pieces.size();
  }

  private static Reply reply(
      ProviderRequest request, FinishReason reason, int said, int reasoning) {
    long input = request.messages().stream().mapToLong(DemoProvider::words).sum();
    long output = said + reasoning;
    Usage usage =
        new Usage(
            input, output, input + output, null, reasoning == 0 ? null : Long.valueOf(reasoning));
    return new Reply(reason, reason.wire(), usage, request.model(), null);
  }

  private static long words(Utterance message) {
    String text = PromptParts.text(message.parts()).strip();
    return text.isEmpty() ? 0 : text.split("\\s+").length;
  }

  private static String question(List<Utterance> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role() == Role.USER) {
        return PromptParts.text(messages.get(i).parts());
      }
    }
    return "";
  }
}
