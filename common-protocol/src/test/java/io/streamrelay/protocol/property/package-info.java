/** Twins and contracts of the session stream. */
@NullMarked
package io.streamrelay.protocol.property;

import org.jspecify.annotations.NullMarked;
