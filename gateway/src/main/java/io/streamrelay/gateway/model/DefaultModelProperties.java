package io.streamrelay.gateway.model;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Which model is meant when none is named.
 *
 * @param defaultModel the model of requests that name none; default: {@code demo} if there is one,
 *     else the first by name
 */
@ConfigurationProperties("relay")
record DefaultModelProperties(@Nullable String defaultModel) {}
