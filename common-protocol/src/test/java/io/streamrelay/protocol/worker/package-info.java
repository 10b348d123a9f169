/** The contract of the workers' push, and its twin. */
@NullMarked
package io.streamrelay.protocol.worker;

import org.jspecify.annotations.NullMarked;
