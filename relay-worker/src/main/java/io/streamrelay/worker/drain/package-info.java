/**
 * The worker's life: starts its loops once the stores are ready, and leaves without loss in bounded
 * time. Read {@link io.streamrelay.worker.drain.WorkerLifecycle} first.
 */
@NullMarked
package io.streamrelay.worker.drain;

import org.jspecify.annotations.NullMarked;
