package io.streamrelay.gateway.caller;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param dev dev mode: everybody who reaches the gateway is the one caller {@code dev}. Only with a
 *     {@code server.address} that is loopback
 */
@ConfigurationProperties("relay")
record CallerProperties(@DefaultValue("false") boolean dev) {}
