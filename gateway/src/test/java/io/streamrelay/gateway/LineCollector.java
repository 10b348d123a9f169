package io.streamrelay.gateway;

import java.util.Collection;
import java.util.concurrent.Flow;

/** Takes lines as they come, into a thread-safe collection. */
final class LineCollector implements Flow.Subscriber<String> {
  private final Collection<String> into;

  LineCollector(Collection<String> into) {
    this.into = into;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    into.add(line);
  }

  @Override
  public void onError(Throwable failure) {
    // the connection was closed: what came is collected
  }

  @Override
  public void onComplete() {
    // nothing more to collect
  }
}
