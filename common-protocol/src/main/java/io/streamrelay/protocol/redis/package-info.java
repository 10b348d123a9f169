/**
 * The ports of session streams and jobs on a real Redis: takes {@code spring.data.redis.*}, gives
 * the implementations. Read {@link io.streamrelay.protocol.redis.RedisConnections} first.
 */
@NullMarked
package io.streamrelay.protocol.redis;

import org.jspecify.annotations.NullMarked;
