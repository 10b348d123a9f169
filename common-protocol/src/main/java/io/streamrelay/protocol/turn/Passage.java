package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Something that the caller found for this turn, for the model to answer with: data, not
 * instructions. Never shown to readers.
 *
 * @param title what it is called, in one line; null: nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Passage(String text, @Nullable String title) {}
