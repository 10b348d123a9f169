/**
 * The session stream: one per session, the truth of what was said while it is fresh. Takes events
 * under ids that writers choose, refuses whoever a newer epoch has shut out, gives them back in
 * order and pushes a copy. Read {@link io.streamrelay.protocol.session.SessionAppender} first, then
 * {@link io.streamrelay.protocol.session.SessionStream}.
 */
@NullMarked
package io.streamrelay.protocol.session;

import org.jspecify.annotations.NullMarked;
