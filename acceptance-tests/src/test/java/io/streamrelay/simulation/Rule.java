package io.streamrelay.simulation;

/**
 * Rules of the protocol that a run can go without, to see that the judge notices. They are broken
 * from outside: at the stores, in the wiring, at a client; the classes that ship stay as they are.
 */
enum Rule {
  /** The sweeper queues, ends and closes what nobody else does. */
  SWEEPER,
  /** The same idempotency key is the same turn. */
  IDEMPOTENCY,
  /** Each claim raises the epoch, and a save is compared with it. */
  CLAIM_RAISES_EPOCH,
  /** First the mark, then the text, then the terminal. */
  TERMINAL_LAST,
  /** Endings are written when Redis is full. */
  ENDINGS_ALLOW_OOM,
  /** Generation that is finished is not repeated. */
  DONE_ANSWERED,
  /** Quiet readers are compared with the stores. */
  QUIET_READERS_COMPARED,
  /** What is pushed is what is stored. */
  PUSH_IS_A_COPY,
  /** Everything that is delivered arrives. */
  DELIVERED_ONCE
}
