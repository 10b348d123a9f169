/**
 * The commands {@code key create|list|revoke}: the gateway's jar without a server, over the same
 * configuration. Takes words, gives sentences and, once, a key. Read {@link
 * io.streamrelay.gateway.key.KeyCommand} first.
 */
@NullMarked
package io.streamrelay.gateway.key;

import org.jspecify.annotations.NullMarked;
