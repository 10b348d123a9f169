/** Twins and contracts of the job streams. */
@NullMarked
package io.streamrelay.protocol.job;

import org.jspecify.annotations.NullMarked;
