/**
 * From the model that was asked for to the provider that answers: names, targets, defaults, and the
 * patience around a call. Read {@link io.streamrelay.worker.route.Routes} first.
 */
@NullMarked
package io.streamrelay.worker.route;

import org.jspecify.annotations.NullMarked;
