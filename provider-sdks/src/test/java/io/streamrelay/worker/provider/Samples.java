package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests to be sent by us. */
public final class Samples {
  public static final Utterance BE_BRIEF = says(Role.SYSTEM, new Part.Text("Be brief."));
  public static final Utterance HELLO = says(Role.USER, new Part.Text("Hello"));
  public static final Map<String, Map<String, String>> PROPERTIES =
      Map.of("b", Map.of("type", "string"), "a", Map.of("type", "integer"));
  public static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"a\":{\"type\":\"integer\"}}}";
  public static final ResponseFormat ANSWER =
      new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "answer", SCHEMA, true);

  private Samples() {}

  public static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  public static ProviderRequest request(Utterance... messages) {
    return request(Parameters.NONE, null, null, null, messages);
  }

  public static ProviderRequest request(Parameters parameters, Utterance... messages) {
    return request(parameters, null, null, null, messages);
  }

  public static ProviderRequest request(ResponseFormat format) {
    return request(Parameters.NONE, null, format, null, HELLO);
  }

  /** Two tools, one of them bare. */
  public static ProviderRequest tools(Tools.@Nullable Choice choice, @Nullable Boolean parallel) {
    List<Tools.Tool> offered =
        List.of(new Tools.Tool("look", "looks", SCHEMA), new Tools.Tool("wait", null, null));
    return request(Parameters.NONE, new Tools(offered, choice, parallel), null, null, HELLO);
  }

  public static ProviderRequest thinking(ReasoningEffort effort) {
    return request(new Parameters(null, null, null, null, null, effort), HELLO);
  }

  public static ProviderRequest noted(Map<String, String> metadata) {
    return request(Parameters.NONE, null, null, metadata, HELLO);
  }

  private static ProviderRequest request(
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat format,
      @Nullable Map<String, String> metadata,
      Utterance... messages) {
    return new ProviderRequest(
        "some-model",
        Prompt.of(List.of(messages), List.of()),
        parameters,
        tools,
        format,
        metadata,
        System.nanoTime() + 30_000_000_000L,
        1);
  }
}
