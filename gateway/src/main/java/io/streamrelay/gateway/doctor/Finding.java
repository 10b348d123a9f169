package io.streamrelay.gateway.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What one check came to.
 *
 * @param check its name, of {@code [a-z-]}
 * @param fact what was seen, with figures; a sentence without its full stop
 * @param advice what to do; null: nothing
 */
record Finding(Level level, String check, String fact, @Nullable String advice) {}
