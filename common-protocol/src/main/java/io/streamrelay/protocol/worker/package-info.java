/**
 * What gateways hear of the relay workers, and tell them, beside their work. Read {@link
 * io.streamrelay.protocol.worker.WorkerPush} first.
 */
@NullMarked
package io.streamrelay.protocol.worker;

import org.jspecify.annotations.NullMarked;
