/**
 * Keys of callers: how they look, what is kept of them, where. Takes keys, gives the caller they
 * were made for. Read {@link io.streamrelay.protocol.key.KeyStore} first.
 */
@NullMarked
package io.streamrelay.protocol.key;

import org.jspecify.annotations.NullMarked;
