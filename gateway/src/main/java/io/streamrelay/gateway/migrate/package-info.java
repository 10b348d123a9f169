/**
 * The schema, brought up to date by a command of its own: for deployments that want to know before
 * they replace a process. Read {@link io.streamrelay.gateway.migrate.MigrateCommand} first.
 */
@NullMarked
package io.streamrelay.gateway.migrate;

import org.jspecify.annotations.NullMarked;
