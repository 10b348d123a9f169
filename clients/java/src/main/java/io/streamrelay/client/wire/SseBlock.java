package io.streamrelay.client.wire;

import org.jspecify.annotations.Nullable;

/**
 * One whole block of an event stream.
 *
 * @param type {@code message} where it names none
 * @param data its lines, joined by line feeds
 * @param id null if it has none of its own
 */
public record SseBlock(String type, String data, @Nullable String id) {}
