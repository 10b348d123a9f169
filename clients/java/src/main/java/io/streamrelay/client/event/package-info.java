/**
 * What event streams tell. {@link io.streamrelay.client.event.RelayEvent} is read first; the rest
 * is what its terminals carry, and the turn as a resource too.
 */
@NullMarked
package io.streamrelay.client.event;

import org.jspecify.annotations.NullMarked;
