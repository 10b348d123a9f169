/** Networks that fail, for tests: {@link io.streamrelay.protocol.fault.FaultProxy}. */
@NullMarked
package io.streamrelay.protocol.fault;

import org.jspecify.annotations.NullMarked;
