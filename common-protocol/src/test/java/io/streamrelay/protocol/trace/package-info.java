@NullMarked
package io.streamrelay.protocol.trace;

import org.jspecify.annotations.NullMarked;
