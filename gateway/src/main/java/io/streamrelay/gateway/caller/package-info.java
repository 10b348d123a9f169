/**
 * Whose request it is. Takes a request, gives the {@link io.streamrelay.protocol.caller.Owner} that
 * every query is made for, or a refusal. Read {@link io.streamrelay.gateway.caller.CallerFilter}
 * first.
 */
@NullMarked
package io.streamrelay.gateway.caller;

import org.jspecify.annotations.NullMarked;
