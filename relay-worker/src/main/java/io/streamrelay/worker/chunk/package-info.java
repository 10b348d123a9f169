/**
 * From deltas to appended chunks: takes what a provider says, joins it by pace, and brings the
 * session stream up to it whatever Redis does. Read {@link
 * io.streamrelay.worker.chunk.AttemptWriter} first.
 */
@NullMarked
package io.streamrelay.worker.chunk;

import org.jspecify.annotations.NullMarked;
