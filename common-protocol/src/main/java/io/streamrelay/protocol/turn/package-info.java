/**
 * Turns, as PostgreSQL keeps them: the truth about what was accepted, who works on it and how it
 * ended. Read {@link io.streamrelay.protocol.turn.TurnStore} first.
 */
@NullMarked
package io.streamrelay.protocol.turn;

import org.jspecify.annotations.NullMarked;
