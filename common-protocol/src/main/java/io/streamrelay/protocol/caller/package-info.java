/**
 * Who asks: the owner under which everything is kept. Read {@link
 * io.streamrelay.protocol.caller.Owner} first.
 */
@NullMarked
package io.streamrelay.protocol.caller;

import org.jspecify.annotations.NullMarked;
