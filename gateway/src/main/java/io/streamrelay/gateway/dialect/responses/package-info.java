/**
 * OpenAI's responses: takes their requests, hands in turns, tells the answers as their events or as
 * one object, and shows any turn as a response. Read {@link
 * io.streamrelay.gateway.dialect.responses.ResponseEvents} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.responses;

import org.jspecify.annotations.NullMarked;
