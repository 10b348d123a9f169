package io.streamrelay.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.turn.Parameters;
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
        model.defaults() == null ? Parameters.NONE : model.defaults(),
        model.maxTokens());
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
   * @param defaults of requests that don't say
   * @param maxTokens of an answer at most
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ConfiguredModel(
      String name,
      boolean wildcard,
      @JsonProperty("default") boolean standard,
      Availability availability,
      List<String> providers,
      Parameters defaults,
      @Nullable Integer maxTokens) {}

  /**
   * @param type its wire protocol
   */
  record ConfiguredProvider(String key, String type, Availability availability) {}
}
