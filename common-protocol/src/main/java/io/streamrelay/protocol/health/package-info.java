/**
 * Whether a process works and whether it should be sent work, and the port that says so: the same
 * for both tiers. Read {@link io.streamrelay.protocol.health.Readiness} first.
 */
@NullMarked
package io.streamrelay.protocol.health;

import org.jspecify.annotations.NullMarked;
