package io.streamrelay.simulation;

/** What goes wrong, and how often: by call, or by tick of the weather, where it says so by run. */
enum Fault {
  /** A tick: a worker is gone, as by SIGKILL. */
  WORKER_KILL(.020),
  /** A tick: a worker stands still for a while and then goes on as if nothing had happened. */
  WORKER_PAUSE(.020),
  /** A tick: a worker is asked to leave. */
  WORKER_DRAIN(.010),
  /** A tick: a gateway is gone; its clients repeat and resume elsewhere. */
  GATEWAY_KILL(.010),
  /** A tick: a gateway stands still for a while. */
  GATEWAY_PAUSE(.006),
  /** A tick: a gateway is asked to leave. */
  GATEWAY_DRAIN(.005),
  /** A writing call of a store, that moment: whoever made it is gone, and never hears of it. */
  KILL_AT_CALL(.004),
  /** A writing call of a store, that moment: whoever made it stands still for a while. */
  PAUSE_AT_CALL(.006),
  /** A turn that ended from outside is marked: whoever did it stands still for a while. */
  PAUSE_AT_MARK(.020),
  /** An attempt's {@code done} is stored, that moment: its worker is gone, or stands still. */
  WORKER_LOST_AT_DONE(.008),
  /** A tick: Redis goes back to one of its last states, and connections break. */
  FAILOVER(.020),
  /** A tick: FLUSHALL. */
  FLUSH(.004),
  /**
   * A tick: a chunk of text in the midst of a stream is gone. Redis doesn't do that: where asked
   * for.
   */
  ENTRY_LOST(0),
  /** A tick: Redis is full for a while. */
  FULL_PERIOD(.002),
  /** A run: from some time on Redis is full, and stays so. */
  FULL_FOR_GOOD(.050),
  /** A tick: Redis doesn't answer for a while. */
  REDIS_OUTAGE(.003),
  /** A tick: the wall clock of Redis makes a step. */
  CLOCK_STEP(.006),
  /** A tick: PostgreSQL doesn't answer for a while. */
  POSTGRES_OUTAGE(.003),
  /** A tick: a job is queued once more. */
  DUPLICATE_JOB(.006),
  /** A tick: the owner cancels a turn, by name, or whichever is active. */
  CANCEL(.012),
  /** A tick: an owner deletes a session. Its readers are owed less then: where asked for. */
  DELETE(0),
  /** A call of Redis: done or not, the answer is lost. */
  REDIS_REPLY_LOST(.025),
  /** A growing call of Redis is refused. */
  FULL(.010),
  /** A transaction: done or not, the answer is lost. */
  POSTGRES_REPLY_LOST(.030),
  /** A way to a store and back takes long. */
  SLOW_STORE(.010),
  /** The answer to a submit doesn't reach the client. */
  SUBMIT_ANSWER_LOST(.080),
  PUSH_LOST(.050),
  /** A push comes late, after younger ones. */
  PUSH_LATE(.020),
  /** A refused append is pushed all the same. */
  PUSH_STALE(.500),
  /** A subscription can't be had. */
  SUBSCRIBE_FAILS(.050),
  /** A tick: a gateway's subscriber connection breaks; what is pushed meanwhile is lost. */
  UNSUBSCRIBED(.010),
  /** An entry at a reader: its connection drops there, and it resumes. */
  READER_DROP(.030),
  /** An entry at a reader: its socket is full for a while. */
  READER_SLOW(.020),
  /** An attempt: the provider fails in mid-answer. */
  PROVIDER_ERROR(.050),
  /** An attempt: the provider wants to be asked again only later. */
  PROVIDER_PUTS_OFF(.040),
  /** An attempt: the provider says nothing any more. */
  PROVIDER_STALL(.010);

  final double rate;

  Fault(double rate) {
    this.rate = rate;
  }
}
