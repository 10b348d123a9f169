/**
 * Following a session or a turn: finds out from which entry on a reader has to be served. Takes
 * cursors, gives attachments to the dialect. Read {@link
 * io.streamrelay.gateway.follow.FollowController} first.
 */
@NullMarked
package io.streamrelay.gateway.follow;

import org.jspecify.annotations.NullMarked;
