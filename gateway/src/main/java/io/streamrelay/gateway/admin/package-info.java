/**
 * What operators see and do, by keys with the admin right: turns of all callers and the relay
 * workers. Ids and times, never what was said. Read {@link
 * io.streamrelay.gateway.admin.AdminTurnsController} first.
 */
@NullMarked
package io.streamrelay.gateway.admin;

import org.jspecify.annotations.NullMarked;
