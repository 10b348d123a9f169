/**
 * OpenAI's responses: takes their requests. Read {@link
 * io.streamrelay.gateway.dialect.responses.ResponsesBody} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.responses;

import org.jspecify.annotations.NullMarked;
