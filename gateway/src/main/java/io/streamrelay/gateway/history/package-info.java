/**
 * What was said in a session. Takes a session, gives its messages page by page. Read {@link
 * io.streamrelay.gateway.history.MessagesController} first.
 */
@NullMarked
package io.streamrelay.gateway.history;

import org.jspecify.annotations.NullMarked;
