/**
 * Any server that speaks Gemini's generateContent: takes a prompt, gives deltas. Read {@link
 * io.streamrelay.worker.provider.gemini.GeminiProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.gemini;

import org.jspecify.annotations.NullMarked;
