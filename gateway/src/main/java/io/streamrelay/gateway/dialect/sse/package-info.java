/**
 * The native dialect: session streams as server-sent events on Jetty, without a thread per reader.
 * Takes an answered request and an attachment, gives blocks on the socket. Read {@link
 * io.streamrelay.gateway.dialect.sse.SseStreams} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.sse;

import org.jspecify.annotations.NullMarked;
