package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.Usage;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a call comes to. Not thread-safe. */
final class Watched implements Route.Watcher {
  final List<String> asked = new ArrayList<>();
  Usage spent;
  String named;

  @Override
  public void asking(Route.Asked target) {
    asked.add(target.provider() + "/" + target.model());
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
