package io.streamrelay.protocol.model;

final class InMemoryAvailabilityPushTest extends AvailabilityPushContract {
  private final AvailabilityPush push = new InMemoryAvailabilityPush();

  @Override
  protected AvailabilityPush push() {
    return push;
  }
}
