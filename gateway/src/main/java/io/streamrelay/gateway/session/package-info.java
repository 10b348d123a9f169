/**
 * A caller's sessions: lists of them and of what runs in them, their titles, their deletion. Takes
 * an owner or a session, gives what PostgreSQL knows. Read {@link
 * io.streamrelay.gateway.session.SessionController} first.
 */
@NullMarked
package io.streamrelay.gateway.session;

import org.jspecify.annotations.NullMarked;
