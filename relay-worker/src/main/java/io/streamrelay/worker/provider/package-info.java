/**
 * Servers that run models, behind one seam: takes a prompt, gives deltas and how it ended. Read
 * {@link io.streamrelay.worker.provider.Provider} first.
 */
@NullMarked
package io.streamrelay.worker.provider;

import org.jspecify.annotations.NullMarked;
