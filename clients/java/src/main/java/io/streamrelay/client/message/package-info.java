/**
 * What messages are made of, handed in and read. {@link io.streamrelay.client.message.Part} is read
 * first.
 */
@NullMarked
package io.streamrelay.client.message;

import org.jspecify.annotations.NullMarked;
