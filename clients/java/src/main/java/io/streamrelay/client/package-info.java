/**
 * The client: hands in turns and reads them to their end, over lost connections, restarted gateways
 * and killed workers. {@link io.streamrelay.client.RelayClient} is read first; {@link
 * io.streamrelay.client.EventStream} is the loop that comes back.
 */
@NullMarked
package io.streamrelay.client;

import org.jspecify.annotations.NullMarked;
