package io.streamrelay.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/models}: the names that can be asked for, and whether an answer is likely. */
@RestController
final class ModelsController {
  private final OfferedModels models;
  private final HeardModels heard;

  ModelsController(OfferedModels models, HeardModels heard) {
    this.models = models;
    this.heard = heard;
  }

  @GetMapping("/api/models")
  Models models(Owner caller) {
    return new Models(models.list().stream().map(this::model).toList(), models.standard());
  }

  private Model model(ModelName name) {
    return new Model(name.name(), name.wildcard(), models.isStandard(name), heard.of(name.key()));
  }

  /**
   * @param defaultModel asked for when a request names none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Models(List<Model> items, @Nullable String defaultModel) {}

  /**
   * @param name what to send as {@code model}; with a wildcard its last character, {@code *},
   *     stands for anything
   * @param standard whether a request that names no model gets this one
   */
  record Model(
      String name,
      boolean wildcard,
      @JsonProperty("default") boolean standard,
      Availability availability) {}
}
