/**
 * The relay worker: {@code claim → attempt → provider → chunk}, with {@code sweep} for what got
 * lost. Read {@link io.streamrelay.worker.WorkerConfiguration} for how the parts meet.
 */
@NullMarked
package io.streamrelay.worker;

import org.jspecify.annotations.NullMarked;
