/**
 * What the gateway tells of turns, sessions, messages and models, as they are at that moment.
 * {@link io.streamrelay.client.resource.TurnResource} is read first. All are immutable. Null: not
 * there, or unknown.
 */
@NullMarked
package io.streamrelay.client.resource;

import org.jspecify.annotations.NullMarked;
