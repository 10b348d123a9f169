package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.model.ModelName;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * {@code GET /v1/models} and {@code /v1/models/{model}}, whose name may have one slash. Names with
 * a {@code *} are none to ask for, so they aren't listed, except for the default that one stands
 * for; all that they stand for is there when asked.
 */
@RestController
final class ModelController {
  private final OfferedModels models;

  ModelController(OfferedModels models) {
    this.models = models;
  }

  @GetMapping("/v1/models")
  ListedModels models(Owner caller) {
    SortedSet<String> names = new TreeSet<>();
    models.list().stream()
        .filter(name -> !name.wildcard())
        .map(ModelName::name)
        .forEach(names::add);
    String standard = models.standard();
    if (standard != null) {
      names.add(standard);
    }
    return new ListedModels("list", names.stream().map(ListedModel::of).toList());
  }

  @GetMapping("/v1/models/{model}")
  ListedModel model(Owner caller, @PathVariable String model) {
    return ListedModel.of(models.resolve(model));
  }

  @GetMapping("/v1/models/{vendor}/{model}")
  ListedModel model(Owner caller, @PathVariable String vendor, @PathVariable String model) {
    return ListedModel.of(models.resolve(vendor + "/" + model));
  }

  record ListedModels(String object, List<ListedModel> data) {}

  /**
   * A model.
   *
   * @param created 0: nobody knows
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record ListedModel(String id, String object, long created, String ownedBy) {
    static ListedModel of(String name) {
      return new ListedModel(name, "model", 0, "stream-relay");
    }
  }
}
