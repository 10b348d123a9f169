/**
 * Ollama by its own API: takes a prompt, gives deltas. Read {@link
 * io.streamrelay.worker.provider.ollama.OllamaProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.ollama;

import org.jspecify.annotations.NullMarked;
