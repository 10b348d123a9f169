package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.route.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model is told: the system prompt, the history cut from its oldest, the user's message
 * unchanged and last.
 */
final class Prompt {
  private Prompt() {}

  static List<Utterance> of(Claimed claimed, Route route) {
    List<Utterance> own = claimed.request().messages();
    List<Utterance> history = own != null ? own : newest(claimed.history(), route.history());
    List<Utterance> prompt = new ArrayList<>(history.size() + 2);
    String system =
        claimed.request().system() != null ? claimed.request().system() : route.system();
    if (system != null && !system.isEmpty()) {
      prompt.add(new Utterance(Role.SYSTEM, List.of(new Part.Text(system))));
    }
    prompt.addAll(history);
    prompt.add(new Utterance(Role.USER, claimed.user().parts()));
    return prompt;
  }

  private static List<Utterance> newest(List<Utterance> history, int atMost) {
    return history.subList(Math.max(0, history.size() - atMost), history.size());
  }
}
