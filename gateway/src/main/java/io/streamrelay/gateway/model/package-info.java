/**
 * The models callers may ask for: which there are, which one is meant, how they fare. Read {@link
 * io.streamrelay.gateway.model.OfferedModels} first.
 */
@NullMarked
package io.streamrelay.gateway.model;

import org.jspecify.annotations.NullMarked;
