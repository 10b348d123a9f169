/**
 * Tokens by which a browser opens one session's streams without a key. Read {@link
 * io.streamrelay.protocol.token.StreamTokens} first.
 */
@NullMarked
package io.streamrelay.protocol.token;

import org.jspecify.annotations.NullMarked;
