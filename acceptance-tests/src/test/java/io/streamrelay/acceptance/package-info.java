/**
 * The shipped jars as a whole: real processes, real Redis and PostgreSQL, killed for real. Read
 * {@link io.streamrelay.acceptance.RelaySystem} first.
 */
@NullMarked
package io.streamrelay.acceptance;

import org.jspecify.annotations.NullMarked;
