package io.streamrelay.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/models/config}: what there is to choose from, for whoever builds a form of it.
 * Providers are named by their keys: no address, no name of a deployment, no system prompt.
 */
@RestController
final class ModelsConfigController {
  private final OfferedModels models;
  private final ModelNames names;
  private final HeardModels heard;

  ModelsConfigController(OfferedModels models, ModelNames names, HeardModels heard) {
    this.models = models;
    this.names = names;
    this.heard = heard;
  }

  @GetMapping("/api/models/config")
  ModelsConfig config(Owner caller) {
    List<ConfiguredProvider> providers =
        heard.providers().entrySet().stream()
            .map(each ->
                new ConfiguredProvider(
                    each.getKey(), each.getValue().type(), each.getValue().availability()))
            .toList();
    return new ModelsConfig(
        models.list().stream().map(this::model).toList(), providers, models.standard());
  }

  private ConfiguredModel model(ModelName name) {
    Model model = Objects.requireNonNull(names.models().get(name.key()));
    return new ConfiguredModel(
        name.name(),
        name.wildcard(),
        models.isStandard(name),
        heard.of(name.key()),
        heard.route(name.key()),
        choices(model.defaults() == null ? Parameters.NONE : model.defaults(), model.maxTokens()),
        model.contextTokens());
  }

  private static Choices choices(Parameters defaults, @Nullable Integer most) {
    int maxTokens = most == null ? Parameters.MAX_MAX_TOKENS : most;
    Integer tokens = defaults.maxTokens() == null ? most : defaults.maxTokens();
    ReasoningEffort effort = defaults.reasoningEffort();
    return new Choices(
        new Range(0, Parameters.MAX_TEMPERATURE, defaults.temperature()),
        new Range(0, Parameters.MAX_TOP_P, defaults.topP()),
        new Count(1, maxTokens, tokens == null ? null : Math.min(tokens, maxTokens)),
        new Texts(Parameters.MAX_STOPS, defaults.stop()),
        new Words(
            Arrays.stream(ReasoningEffort.values()).map(ReasoningEffort::wire).toList(),
            effort == null ? null : effort.wire()));
  }

  /**
   * @param defaultModel asked for when a request names none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ModelsConfig(
      List<ConfiguredModel> models,
      List<ConfiguredProvider> providers,
      @Nullable String defaultModel) {}

  /**
   * @param providers keys of those that may answer, in the order in which they are asked; empty
   *     where no worker said
   * @param contextTokens of prompt and answer together; null: unknown
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ConfiguredModel(
      String name,
      boolean wildcard,
      @JsonProperty("default") boolean standard,
      Availability availability,
      List<String> providers,
      Choices parameters,
      @Nullable Integer contextTokens) {}

  /** What a request may say, and what counts where it doesn't. A seed may be anything. */
  record Choices(
      Range temperature, Range topP, Count maxTokens, Texts stop, Words reasoningEffort) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Range(
      double minimum, double maximum, @JsonProperty("default") @Nullable Double standard) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Count(int minimum, int maximum, @JsonProperty("default") @Nullable Integer standard) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Texts(int maxItems, @JsonProperty("default") @Nullable List<String> standard) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Words(List<String> values, @JsonProperty("default") @Nullable String standard) {}

  /**
   * @param type its wire protocol
   */
  record ConfiguredProvider(String key, String type, Availability availability) {}
}
