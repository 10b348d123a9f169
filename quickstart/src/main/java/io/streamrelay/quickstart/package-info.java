/**
 * Real Redis and PostgreSQL for newcomers and tests, and the launcher that runs the shipped jars on
 * them.
 */
@NullMarked
package io.streamrelay.quickstart;

import org.jspecify.annotations.NullMarked;
