package io.streamrelay.gateway.submit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells whether two bodies ask for the same turn: over the values as read, in a fixed order, so
 * that spaces, the order of fields (but not within a schema or JSON content, where models see it)
 * and spelled-out defaults make no difference. {@code stream} and {@code onBusy} are left out: they
 * say how and when to answer, not what.
 */
public final class RequestHash {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private RequestHash() {}

  /**
   * @param session null where the caller named none: a repeat names none either
   */
  public static String of(@Nullable SessionId session, SubmitRequest request) {
    Canonical canonical =
        new Canonical(
            session,
            request.parts(),
            request.messages(),
            request.context(),
            request.model(),
            request.system(),
            request.parameters(),
            request.tools(),
            request.responseFormat(),
            request.metadata() == null ? null : new TreeMap<>(request.metadata()),
            request.lane(),
            request.timeout().toSeconds(),
            request.notes() == null ? null : new TreeMap<>(request.notes()));
    return Answer.sha256(JSON.writeValueAsString(canonical));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Canonical(
      @Nullable SessionId session,
      List<Part> parts,
      @Nullable List<Utterance> messages,
      @Nullable List<Passage> context,
      @Nullable String model,
      @Nullable String system,
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat responseFormat,
      @Nullable Map<String, String> metadata,
      Lane lane,
      long timeoutSeconds,
      @Nullable Map<String, String> notes) {}
}
