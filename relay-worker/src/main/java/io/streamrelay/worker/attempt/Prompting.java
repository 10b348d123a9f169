package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.route.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model is told: the system prompt, the history cut from its oldest, the passages, the
 * submitted message unchanged and last; tool calls and their results in pairs.
 */
final class Prompting {
  private Prompting() {}

  static Prompt of(Claimed claimed, Route route) {
    List<Utterance> own = claimed.request().messages();
    List<Utterance> said = new ArrayList<>(own != null ? own : claimed.history());
    said.add(Utterance.submitted(claimed.user().parts()));
    List<Utterance> told = own != null ? said : ToolPairs.newest(said, route.history() + 1);
    List<Utterance> prompt = new ArrayList<>(told.size() + 2);
    String system =
        claimed.request().system() != null ? claimed.request().system() : route.system();
    if (system != null && !system.isEmpty()) {
      prompt.add(new Utterance(Role.SYSTEM, List.of(new Part.Text(system))));
    }
    prompt.addAll(ToolPairs.of(told));
    List<Passage> passages = claimed.request().context();
    return Prompt.of(prompt, passages == null ? List.of() : passages);
  }
}
