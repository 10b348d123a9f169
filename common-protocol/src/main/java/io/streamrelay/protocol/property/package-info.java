/**
 * What is configured, and what is said when it is wrong. {@link
 * io.streamrelay.protocol.property.KnownProperties} reads which properties there are from what the
 * compiler wrote down about the {@code …Properties} records; a property nobody knows ends the
 * start, and every mistake is told in one sentence. Read {@link
 * io.streamrelay.protocol.property.UnknownProperties} first.
 */
@NullMarked
package io.streamrelay.protocol.property;

import org.jspecify.annotations.NullMarked;
