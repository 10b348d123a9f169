/**
 * What is handed in as a turn. {@link io.streamrelay.client.submission.Submission} is read first.
 * All are immutable. They check that they make sense; bounds are the gateway's to check, which
 * names the field.
 */
@NullMarked
package io.streamrelay.client.submission;

import org.jspecify.annotations.NullMarked;
