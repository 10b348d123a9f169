/**
 * The native events on WebSockets: typed JSON messages both ways, many sessions on one socket.
 * Takes what clients say, one message at a time; gives answers and the hub's entries, without a
 * thread for a socket and without ever waiting for one. Read {@link
 * io.streamrelay.gateway.dialect.websocket.ChatSocket} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.websocket;

import org.jspecify.annotations.NullMarked;
