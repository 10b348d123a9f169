/**
 * What a session stream says: events, their ids, and how they are written down. Read {@link
 * io.streamrelay.protocol.event.StreamEvent} first.
 */
@NullMarked
package io.streamrelay.protocol.event;

import org.jspecify.annotations.NullMarked;
