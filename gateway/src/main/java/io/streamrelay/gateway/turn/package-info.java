/**
 * A turn as a resource: what became of it, also before it ends. Takes a turn's id, gives what
 * PostgreSQL knows. Read {@link io.streamrelay.gateway.turn.TurnController} first.
 */
@NullMarked
package io.streamrelay.gateway.turn;

import org.jspecify.annotations.NullMarked;
