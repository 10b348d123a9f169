/**
 * Problems: every answer that isn't the wanted one, in one form. Takes refusals and exceptions,
 * gives {@code application/problem+json}. Read {@link io.streamrelay.gateway.error.Problem} first.
 */
@NullMarked
package io.streamrelay.gateway.error;

import org.jspecify.annotations.NullMarked;
