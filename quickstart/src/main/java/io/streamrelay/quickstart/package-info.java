/**
 * Real Redis and PostgreSQL for newcomers and tests, and the launcher that runs the shipped jars on
 * them.
 *
 * <p>Read {@link io.streamrelay.quickstart.LocalSystem} first: it takes what the user typed and
 * gives running gateways and workers on real stores. {@link
 * io.streamrelay.quickstart.GuardedProcess} is what all of them run as; tests of other modules use
 * {@link io.streamrelay.quickstart.EmbeddedRedis} and {@link
 * io.streamrelay.quickstart.EmbeddedPostgreSql}.
 */
@NullMarked
package io.streamrelay.quickstart;

import org.jspecify.annotations.NullMarked;
