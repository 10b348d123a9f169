package io.streamrelay.protocol.model;

import io.streamrelay.protocol.turn.Parameters;
import java.math.BigDecimal;
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
   * @param targets who may answer, by key; {@code targets: provider/model} in place of the map is
   *     the only target
   * @param fallback who is asked, in this order, when no target answered: names of other models, or
   *     {@code provider/model}
   * @param system system prompt of requests that have none
   * @param history messages of history in the prompt, at most. Allowed: at least 0
   * @param defaults parameters of requests that don't say
   * @param maxTokens of an answer at most: a request that asks for more, or doesn't say, gets this.
   *     Allowed: 1 to 1000000
   * @param contextTokens what the model takes, prompt and answer together, in tokens: of a prompt
   *     that is longer passages and the oldest turns are left out. Without it only once the
   *     provider refuses it. Allowed: 256 to 100000000
   * @param price of targets that have none of their own, for {@code usage.cost}
   * @param takeover what becomes of an answer that broke off after something of it was said, with
   *     its worker or with its provider: {@code restart} generates it anew in place of what was
   *     said, {@code fail} ends the turn and keeps what was said, {@code resume} goes on with it
   *     where the provider can, else as {@code restart}
   */
  @ConfigurationPropertiesSource
  public record Model(
      @Nullable String name,
      @DefaultValue Map<String, Target> targets,
      @DefaultValue List<String> fallback,
      @Nullable String system,
      @DefaultValue("40") int history,
      @NestedConfigurationProperty @Nullable Parameters defaults,
      @Nullable Integer maxTokens,
      @Nullable Integer contextTokens,
      @NestedConfigurationProperty @Nullable Price price,
      @DefaultValue("restart") Takeover takeover) {
    public Model {
      targets = Map.copyOf(targets);
      fallback = List.copyOf(fallback);
    }
  }

  /**
   * One who may answer.
   *
   * @param provider key of the provider
   * @param model the provider's name for it; {@code *} passes the asked-for name on, {@code
   *     prefix-*} what the name's {@code *} stands for
   * @param weight its share of the calls, against the other targets' weights; 0: none. Allowed: 0
   *     to 1000000
   * @param price what its tokens cost; without it the model's price
   */
  @ConfigurationPropertiesSource
  public record Target(
      @Nullable String provider,
      @Nullable String model,
      @DefaultValue("1") int weight,
      @NestedConfigurationProperty @Nullable Price price) {
    /** The key of a target that was written as one text. */
    public static final String ONLY = "";

    /** Reads {@code provider/model}; without a slash there is no model. Used by the binder. */
    public static Target of(String text) {
      String stripped = text.strip();
      int slash = stripped.indexOf('/');
      return slash < 0
          ? new Target(stripped, null, 1, null)
          : new Target(stripped.substring(0, slash), stripped.substring(slash + 1), 1, null);
    }
  }

  /**
   * What a million tokens cost, in the one currency that all prices are in.
   *
   * @param input of the prompt. Allowed: 0 to 1000000
   * @param output of the answer, reasoning included. Allowed: 0 to 1000000
   * @param cached of the prompt's part that the provider had in its cache; without it as {@code
   *     input}. Allowed: 0 to 1000000
   */
  public record Price(
      @Nullable BigDecimal input, @Nullable BigDecimal output, @Nullable BigDecimal cached) {}
}
