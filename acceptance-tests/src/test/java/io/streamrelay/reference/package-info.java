/**
 * The documents that are made from the code, and the tests that keep them equal to it. Read {@link
 * io.streamrelay.reference.GeneratedDocument} first.
 */
@NullMarked
package io.streamrelay.reference;

import org.jspecify.annotations.NullMarked;
