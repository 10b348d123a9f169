package io.streamrelay.simulation;

/**
 * Rules of the protocol that a run can go without, one at a time, to see that they are needed and
 * that the judge notices. They are broken from outside: in the twins of the stores, on the way to
 * them, in the wiring; the classes that ship stay as they are.
 *
 * <p>What each is for, how it is switched off and how many seeds see it: docs/simulation.md.
 */
public enum Rule {
  // --- Writing.

  /** An append that doesn't follow the last entry is refused. */
  GAP,
  /** An attempt's entries need the turn's user entry in the stream; else it is written first. */
  OPEN_CHECK,
  /** A start is refused in the same step in which the turn's {@code done} is seen. */
  DONE_ATOMIC(Scenario.TAKEN_OVER),
  /** A start is refused at all where the turn has its {@code done}. */
  DONE_ANSWERED(Scenario.LOST_AT_DONE),
  /** A claimant takes a finished text only if length and hash agree. */
  DONE_PROOF(Scenario.HOLES),
  /** A claimant saves the outcome that {@code done} names. */
  DONE_OUTCOME(Scenario.LOST_AT_DONE),
  /** A start after a {@code done} that proved false says so. */
  ANEW(Scenario.HOLES),
  /** What is sent again under an id is what was sent before. */
  FROZEN_CHUNK,
  /** The terminal has the id that the ending transaction took, whoever writes it. */
  TERMINAL_ID,
  /** A terminal goes right after the end of the saved text, else reset and snapshot first. */
  EXPECTED_LAST,
  /** An ending from outside is first the mark, then the text, then the terminal. */
  MARK_FIRST(Scenario.CANCELS),
  /** Trimming spares turns that aren't saved yet. */
  TRIM_SAVED(Scenario.HURRY),
  /** Endings are written when Redis is full. */
  ALLOW_OOM(Scenario.FULL),

  // --- PostgreSQL.

  /** Each claim raises the epoch. */
  CLAIM_EPOCH,
  /** A save is compared with the turn's epoch. */
  PG_EPOCH(Scenario.LOST_AT_DONE),
  /** A claim repeated after a lost reply is the same claim. */
  CLAIM_TOKEN(Scenario.LEAVING),
  /** A hand-over doesn't count as an attempt. */
  HANDOVER_FREE(Scenario.LEAVING),
  /** The same idempotency key is the same turn. */
  IDEMPOTENCY,
  /** A text that is saved stays. */
  FIRST_SAVE_STANDS(Scenario.CANCELS),
  /** Cancelling a turn that waits writes nothing until its turn comes. */
  WAITING_CANCEL,
  /** A waiting turn's user entry is written when its turn comes. */
  WAITING_USER,
  /** A session has one active turn at most. */
  ONE_ACTIVE,
  /** The sweeper queues, ends and closes what nobody else does. */
  SWEEPER,

  // --- Reading.

  /** What follows is delivered, not whatever names the last entry as the one before it. */
  FOLLOW_CHECK,
  /** A user entry follows only the terminal of the turn before. */
  USER_FOLLOWS,
  /** A start follows only entries of its own turn. */
  START_FOLLOWS,
  /** A terminal follows only the entry that it names. */
  TERMINAL_FOLLOWS,
  /** Quiet readers are compared with the stores. */
  QUIET(Scenario.LOST_PUSHES),

  // --- What the judge must see at the least.

  /** What is pushed is what is stored. */
  PUSH_IS_A_COPY,
  /** Everything that is delivered arrives. */
  DELIVERED_ONCE;

  private final Scenario scenario;

  Rule() {
    this(Scenario.USUAL);
  }

  Rule(Scenario scenario) {
    this.scenario = scenario;
  }

  /** In which it is missed soon. */
  Scenario scenario() {
    return scenario;
  }
}
