/**
 * The models a caller may ask for, as both tiers read them from {@code relay.models}: what the
 * names are and which one is meant. Read {@link io.streamrelay.protocol.model.ModelNames} first.
 */
@NullMarked
package io.streamrelay.protocol.model;

import org.jspecify.annotations.NullMarked;
