package io.streamrelay.client.resource;

import org.jspecify.annotations.Nullable;

/**
 * What runs there.
 *
 * @param schema of its database
 */
public record Version(@Nullable String version, @Nullable String commit, @Nullable String schema) {}
