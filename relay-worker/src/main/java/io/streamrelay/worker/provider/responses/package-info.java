/**
 * Any server that speaks OpenAI's Responses API: takes a prompt, gives deltas; in the background if
 * wished for, so that an answer outlives its connection. Read {@link
 * io.streamrelay.worker.provider.responses.ResponsesProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.responses;

import org.jspecify.annotations.NullMarked;
