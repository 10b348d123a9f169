package io.streamrelay.worker.outbox;

import java.util.ArrayList;
import java.util.List;

/** Does with each event as the test says, and remembers what it was given. */
final class ScriptedDestination implements Destination {
  interface Script {
    Delivery deliver(OutboxEvent event) throws InterruptedException;
  }

  static final Script TAKES_ALL = event -> new Delivery.Done();
  static final Script TAKES_NOTHING = event -> new Delivery.Later("away", null);

  final List<List<OutboxEvent>> calls = new ArrayList<>();
  Script script = TAKES_ALL;

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException {
    calls.add(events);
    List<Delivery> deliveries = new ArrayList<>();
    for (OutboxEvent event : events) {
      deliveries.add(script.deliver(event));
    }
    return deliveries;
  }

  /** All that it was given, in order. */
  List<OutboxEvent> given() {
    return calls.stream().flatMap(List::stream).toList();
  }
}
