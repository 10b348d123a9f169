package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tools a model may call in a turn, and how. The caller runs them: the relay only passes on.
 *
 * @param offered at least one, no name twice
 * @param choice null leaves it to the provider
 * @param parallel whether one answer may call several; null leaves it to the provider
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Tools(List<Tool> offered, @Nullable Choice choice, @Nullable Boolean parallel) {
  public Tools {
    offered = List.copyOf(offered);
  }

  /**
   * A function of the caller's.
   *
   * @param parameters a JSON schema as JSON text, its order kept: some models answer in it. Null:
   *     none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tool(String name, @Nullable String description, @Nullable String parameters) {}

  /**
   * Whether to call.
   *
   * @param name of the tool that must be called; with {@link Mode#NAMED} only
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Choice(Mode mode, @Nullable String name) {
    public Choice {
      if ((mode == Mode.NAMED) != (name != null)) {
        throw new IllegalArgumentException("a name goes with NAMED, and with nothing else");
      }
    }
  }

  /** The model decides, may not, must call some tool, must call the one named. */
  public enum Mode {
    AUTO,
    NONE,
    REQUIRED,
    NAMED
  }
}
