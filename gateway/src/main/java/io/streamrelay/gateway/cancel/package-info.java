/**
 * Ending a turn at its owner's word. Takes a session, perhaps a turn; gives the state the turn is
 * in then. Read {@link io.streamrelay.gateway.cancel.Canceller} first.
 */
@NullMarked
package io.streamrelay.gateway.cancel;

import org.jspecify.annotations.NullMarked;
