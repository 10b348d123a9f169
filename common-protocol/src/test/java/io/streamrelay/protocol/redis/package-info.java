/** The contracts on a real Redis, and what only a real one can show. */
@NullMarked
package io.streamrelay.protocol.redis;

import org.jspecify.annotations.NullMarked;
