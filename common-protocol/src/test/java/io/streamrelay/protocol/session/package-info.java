/** Twins and contracts of the session stream. */
@NullMarked
package io.streamrelay.protocol.session;

import org.jspecify.annotations.NullMarked;
