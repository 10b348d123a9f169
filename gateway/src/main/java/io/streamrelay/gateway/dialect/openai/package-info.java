/**
 * OpenAI's chat completions: takes their requests, hands in turns, tells the answers as their
 * chunks or as one object. Read {@link io.streamrelay.gateway.dialect.openai.ChunkFormat} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.openai;

import org.jspecify.annotations.NullMarked;
