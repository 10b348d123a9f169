/**
 * Any server that speaks Anthropic's Messages: takes a prompt, gives deltas. Read {@link
 * io.streamrelay.worker.provider.anthropic.AnthropicProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.anthropic;

import org.jspecify.annotations.NullMarked;
