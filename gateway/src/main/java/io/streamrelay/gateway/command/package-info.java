/**
 * The command {@code turns}: a client of a gateway's admin API in the gateway's own jar. Takes
 * words, gives a table or JSON. Read {@link io.streamrelay.gateway.command.TurnsCommand} first. And
 * what other commands share.
 */
@NullMarked
package io.streamrelay.gateway.command;

import org.jspecify.annotations.NullMarked;
