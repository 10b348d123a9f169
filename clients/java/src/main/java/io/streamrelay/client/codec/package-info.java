/**
 * From what is on the wire to what applications see, and back. {@link
 * io.streamrelay.client.codec.EventReader} is read first. Fields that aren't known are passed over;
 * what isn't as the protocol has it is a {@link
 * io.streamrelay.client.wire.MalformedAnswerException}.
 */
@NullMarked
package io.streamrelay.client.codec;

import org.jspecify.annotations.NullMarked;
