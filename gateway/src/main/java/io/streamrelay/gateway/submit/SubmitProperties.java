package io.streamrelay.gateway.submit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What a submission may leave out.
 *
 * @param defaultModel the model of requests that name none; default: {@code demo} if there is one,
 *     else the first by name
 */
@ConfigurationProperties("relay")
record SubmitProperties(@Nullable String defaultModel) {}
