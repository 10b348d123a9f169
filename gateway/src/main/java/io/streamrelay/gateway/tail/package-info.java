/**
 * The waiting end of session streams: one hub per gateway reads for all its readers, each reader is
 * a position. Takes pushes, pages of the session stream and PostgreSQL's word, gives entries in
 * order to sinks. Read {@link io.streamrelay.gateway.tail.Hub} first.
 */
@NullMarked
package io.streamrelay.gateway.tail;

import org.jspecify.annotations.NullMarked;
