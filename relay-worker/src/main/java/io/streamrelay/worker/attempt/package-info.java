/**
 * One try at one turn: takes a claimed job, gives a turn that is ended, saved and closed, or a job
 * that somebody else can take. Read {@link io.streamrelay.worker.attempt.AttemptRunner} first.
 */
@NullMarked
package io.streamrelay.worker.attempt;

import org.jspecify.annotations.NullMarked;
