/**
 * The command {@code doctor}: looks at a gateway's URL, Redis and PostgreSQL, and says what is
 * well, what isn't and what to do. Takes words and the gateway's configuration, gives a report;
 * changes nothing but a session of its own, which it deletes. Read {@link
 * io.streamrelay.gateway.doctor.Subject} first.
 */
@NullMarked
package io.streamrelay.gateway.doctor;

import org.jspecify.annotations.NullMarked;
