/**
 * Any server that speaks OpenAI's chat completions: takes a prompt, gives deltas. Read {@link
 * io.streamrelay.worker.provider.openai.OpenAiChatProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.openai;

import org.jspecify.annotations.NullMarked;
