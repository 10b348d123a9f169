/** Events and their written form. */
@NullMarked
package io.streamrelay.protocol.event;

import org.jspecify.annotations.NullMarked;
