/**
 * What is kept no longer: sessions without activity, and what is left of deleted ones. Takes time
 * and a bound, gives work to both stores, a little at a time. Read {@link
 * io.streamrelay.worker.retention.Retention} first.
 */
@NullMarked
package io.streamrelay.worker.retention;

import org.jspecify.annotations.NullMarked;
