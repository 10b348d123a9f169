/**
 * Requests as spans: what the server's own observation of a request tells of it, and what it
 * doesn't. Read {@link io.streamrelay.gateway.trace.RequestSpans} first.
 */
@NullMarked
package io.streamrelay.gateway.trace;

import org.jspecify.annotations.NullMarked;
