/**
 * The client-side wire formats rendered from the same events, one package each. Read {@link
 * io.streamrelay.gateway.dialect.TailConfiguration} first: what they all stand on.
 */
@NullMarked
package io.streamrelay.gateway.dialect;

import org.jspecify.annotations.NullMarked;
