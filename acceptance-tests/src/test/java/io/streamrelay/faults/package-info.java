/**
 * The fault suite: what happens to processes, networks and stores happens to real ones, while turns
 * run and readers read; then everything that was read and is stored is checked. Read {@link
 * io.streamrelay.faults.FaultySystem} and {@link io.streamrelay.faults.Load} first; docs/faults.md
 * says which test is which fault.
 */
@NullMarked
package io.streamrelay.faults;

import org.jspecify.annotations.NullMarked;
