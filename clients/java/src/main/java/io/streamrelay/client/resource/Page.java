package io.streamrelay.client.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next what the next page is asked for with; null on the last
 */
public record Page<T>(List<T> items, @Nullable String next) {}
