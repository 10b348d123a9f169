/**
 * What is on the wire: bytes become blocks ({@link io.streamrelay.client.wire.SseParser}, read it
 * first), text becomes values ({@link io.streamrelay.client.wire.Json}), both within bounds. Knows
 * nothing of turns.
 */
@NullMarked
package io.streamrelay.client.wire;

import org.jspecify.annotations.NullMarked;
