package io.streamrelay.gateway.drain;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway leaves; together well below 15 s.
 *
 * @param notice time between being not ready and closing streams, so that load balancers notice;
 *     skipped where no stream is open
 * @param spread time over which the open streams are closed in waves
 * @param rest time the last of them have to take what was written; then they are cut
 */
@ConfigurationProperties("relay.gateway.drain")
record DrainProperties(
    @DefaultValue("5s") Duration notice,
    @DefaultValue("4s") Duration spread,
    @DefaultValue("2s") Duration rest) {}
