/**
 * Whose request it is. Takes a request, gives the {@link io.streamrelay.gateway.caller.Caller}
 * whose owner every query is made for, or a refusal. Read {@link
 * io.streamrelay.gateway.caller.ChainConfiguration} first: who may go where.
 */
@NullMarked
package io.streamrelay.gateway.caller;

import org.jspecify.annotations.NullMarked;
