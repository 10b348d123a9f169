/**
 * Leaving without loss in bounded time: open streams are told when to come back and closed in
 * waves. Read {@link io.streamrelay.gateway.drain.StreamDrain} first.
 */
@NullMarked
package io.streamrelay.gateway.drain;

import org.jspecify.annotations.NullMarked;
