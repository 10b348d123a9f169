/**
 * Whether the gateway works and whether it should be sent requests. Takes checks and signs of
 * progress from the other packages, gives them to the management port. Read {@link
 * io.streamrelay.protocol.health.Readiness} first.
 */
@NullMarked
package io.streamrelay.gateway.health;

import org.jspecify.annotations.NullMarked;
