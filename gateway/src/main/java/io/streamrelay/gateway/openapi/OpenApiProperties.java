package io.streamrelay.gateway.openapi;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the API describes itself.
 *
 * @param uiEnabled whether Swagger UI is at {@code /swagger-ui}; the document itself always is at
 *     {@code /openapi.json}
 */
@ConfigurationProperties("relay.gateway.openapi")
record OpenApiProperties(@DefaultValue("true") boolean uiEnabled) {}
