package io.streamrelay.protocol.model;

import io.streamrelay.protocol.turn.Parameters;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The models there are, as configured. Holds no secret. {@link ModelNames} checks it.
 *
 * @param models what callers may ask for, by key, a plain word {@code [a-z0-9-]+}
 * @param demo whether the built-in model {@code demo*} is offered: answers made up by the relay
 *     worker itself, for trying things out
 */
@ConfigurationProperties("relay")
public record ModelProperties(
    @DefaultValue Map<String, Model> models, @DefaultValue("true") boolean demo) {
  public ModelProperties {
    models = Map.copyOf(models);
  }

  /**
   * One model.
   *
   * @param name what callers ask for; without it the key. May end in {@code *}. Allowed: 1 to 128
   *     characters
   * @param targets {@code provider/model}; {@code provider/*} passes the asked-for name on, {@code
   *     provider/prefix-*} what the name's {@code *} stands for
   * @param system system prompt of requests that have none
   * @param history messages of history in the prompt, at most. Allowed: at least 0
   * @param defaults parameters of requests that don't say
   */
  @ConfigurationPropertiesSource
  public record Model(
      @Nullable String name,
      @DefaultValue List<String> targets,
      @Nullable String system,
      @DefaultValue("40") int history,
      @NestedConfigurationProperty @Nullable Parameters defaults) {
    public Model {
      targets = List.copyOf(targets);
    }
  }
}
