package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.util.LinkedHashMap;
import java.util.Map;

/** A job as the fields of a job stream's entry. */
final class JobFields {
  static final String TURN = "turn";
  private static final String OWNER = "owner";
  private static final String SESSION = "session";
  private static final String VERSION = "v";
  private static final String TRACE = "traceparent";

  private JobFields() {}

  static Map<String, String> of(Job job) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(TURN, job.turn().toString());
    fields.put(OWNER, job.session().owner().id());
    fields.put(SESSION, job.session().session().value());
    fields.put(VERSION, Integer.toString(Job.VERSION));
    if (job.traceparent() != null) {
      fields.put(TRACE, job.traceparent().value());
    }
    return fields;
  }

  static Map<String, String> of(DeadLetter letter) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("job", letter.job().toString());
    fields.put("code", letter.code());
    fields.put("attempts", Integer.toString(letter.attempts()));
    if (letter.turn() != null) {
      fields.put(TURN, letter.turn().toString());
    }
    if (letter.session() != null) {
      fields.put(OWNER, letter.session().owner().id());
      fields.put(SESSION, letter.session().session().value());
    }
    return fields;
  }

  /** Of an entry that isn't a job: with its turn, if it names one. */
  static DeadLetter unreadable(JobId job, Map<String, String> fields) {
    TurnId turn = null;
    try {
      turn = turn(fields);
    } catch (IllegalArgumentException e) {
      // not even that
    }
    return new DeadLetter(job, DeadLetter.UNREADABLE, turn, null, 0);
  }

  /**
   * Whether only newer workers understand it. Fields that no version has ever written are not
   * newer.
   */
  static boolean isNewer(Map<String, String> fields) {
    try {
      return Integer.parseInt(fields.getOrDefault(VERSION, "0")) > Job.VERSION;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Throws IllegalArgumentException where a field is missing or not what it should be. */
  static Job job(Lane lane, Map<String, String> fields) {
    Owner owner = new Owner(required(fields, OWNER));
    SessionId session = new SessionId(required(fields, SESSION));
    required(fields, VERSION);
    Traceparent traceparent = Traceparent.read(fields.get(TRACE));
    return new Job(turn(fields), new SessionKey(owner, session), lane, traceparent);
  }

  /** Throws IllegalArgumentException where there is none. */
  static TurnId turn(Map<String, String> fields) {
    return TurnId.parse(required(fields, TURN));
  }

  private static String required(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("field " + name + " is missing");
    }
    return value;
  }
}
