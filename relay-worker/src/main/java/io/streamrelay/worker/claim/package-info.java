/**
 * Jobs into hands: takes free slots, gives claimed jobs to attempts and keeps their leases. Read
 * {@link io.streamrelay.worker.claim.ClaimLoop} first.
 */
@NullMarked
package io.streamrelay.worker.claim;

import org.jspecify.annotations.NullMarked;
