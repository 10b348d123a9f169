package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a call comes to. Not thread-safe. */
final class Watched implements Route.Watcher {
  final List<String> asked = new ArrayList<>();
  final List<Warning> warnings = new ArrayList<>();
  Usage spent;
  String named;

  @Override
  public void asking(Route.Asked target) {
    asked.add(target.provider() + "/" + target.model());
    warnings.clear();
  }

  @Override
  public void warned(Warning warning) {
    warnings.add(warning);
  }

  @Override
  public void spent(Usage soFar) {
    spent = soFar;
  }

  @Override
  public void named(String response) {
    named = response;
  }
}
