package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a session stream as Redis has it: fields {@code t}, {@code n}, {@code f}, {@code d}.
 */
final class EntryFields {
  private EntryFields() {}

  /** Never throws: what can't be read comes back as {@link StreamEvent.Unreadable}. */
  static Entry entry(String id, Map<String, String> fields) {
    String type = fields.get("t");
    String data = fields.get("d");
    if (type == null || data == null) {
      return new Entry(
          EntryId.parse(id), new StreamEvent.Unreadable(type == null ? "" : type, "no t or d"));
    }
    return new Entry(EntryId.parse(id), EventCodec.event(type, data), follows(fields.get("f")));
  }

  /** From what XRANGE answers: id, then a list of field names and values in turn. */
  static Entry entry(List<?> answer) {
    List<?> flat = (List<?>) answer.get(1);
    Map<String, String> fields = new HashMap<>();
    for (int at = 0; at + 1 < flat.size(); at += 2) {
      fields.put((String) flat.get(at), (String) flat.get(at + 1));
    }
    return entry((String) answer.get(0), fields);
  }

  private static @Nullable EntryId follows(@Nullable String field) {
    return EntryId.parseCursor(field);
  }
}
