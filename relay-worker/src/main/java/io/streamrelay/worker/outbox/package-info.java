/**
 * Turns' ends, from the rows of the outbox to those who want to hear of them: at least once, in the
 * order of each session. Read {@link io.streamrelay.worker.outbox.Destination} first.
 */
@NullMarked
package io.streamrelay.worker.outbox;

import org.jspecify.annotations.NullMarked;
