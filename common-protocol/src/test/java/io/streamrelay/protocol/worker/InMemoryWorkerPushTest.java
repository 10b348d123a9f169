package io.streamrelay.protocol.worker;

final class InMemoryWorkerPushTest extends WorkerPushContract {
  private final WorkerPush push = new InMemoryWorkerPush();

  @Override
  protected WorkerPush push() {
    return push;
  }
}
