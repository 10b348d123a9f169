package io.streamrelay.client.submission;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import java.util.List;

/** A message of a conversation that the caller keeps. */
public record Utterance(Role role, List<Part> parts) {
  public Utterance {
    parts = List.copyOf(parts);
    if (role == Role.UNKNOWN) {
      throw new IllegalArgumentException("an utterance has a role");
    }
  }

  public static Utterance of(Role role, String text) {
    return new Utterance(role, List.of(new Part.Text(text)));
  }
}
