/**
 * Time and waiting, the seam at which a simulation takes over. Read {@link
 * io.streamrelay.protocol.time.Time} first.
 */
@NullMarked
package io.streamrelay.protocol.time;

import org.jspecify.annotations.NullMarked;
