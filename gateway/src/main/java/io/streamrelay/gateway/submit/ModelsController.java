package io.streamrelay.gateway.submit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.model.ModelName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/models}: the names that can be asked for. */
@RestController
final class ModelsController {
  private final OfferedModels models;

  ModelsController(OfferedModels models) {
    this.models = models;
  }

  @GetMapping("/api/models")
  Models models(Owner caller) {
    return new Models(models.list().stream().map(Model::of).toList(), models.standard());
  }

  /**
   * @param defaultModel asked for when a request names none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Models(List<Model> items, @Nullable String defaultModel) {}

  /**
   * @param name what to send as {@code model}; with a wildcard its last character, {@code *},
   *     stands for anything
   */
  record Model(String name, boolean wildcard) {
    static Model of(ModelName name) {
      return new Model(name.name(), name.wildcard());
    }
  }
}
