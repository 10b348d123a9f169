package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose calls are measured: each by itself, without what is waited for between them.
 * Thread-safe.
 */
final class MeteredProvider extends ObservedProvider {
  private final CallMeters meters;

  MeteredProvider(Provider provider, CallMeters meters) {
    super(provider);
    this.meters = meters;
  }

  @Override
  Reply observe(ProviderRequest request, boolean resumed, DeltaSink sink, Call call)
      throws ProviderException, InterruptedException {
    return new Measured(request.model(), sink).run(call);
  }

  /** One call. Its measures are taken on the calling thread, except when the first delta came. */
  private final class Measured {
    private final String model;
    private final DeltaSink sink;
    private final FirstDelta first;
    private final long beganNanos = System.nanoTime();
    private @Nullable Duration firstAfter;

    Measured(String model, DeltaSink sink) {
      this.model = model;
      this.sink = sink;
      this.first = new FirstDelta(sink, this::came);
    }

    private void came() {
      Duration after = took();
      firstAfter = after;
      sink.waitedFor(after);
    }

    private Duration took() {
      return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    Reply run(Call call) throws ProviderException, InterruptedException {
      Usage usage = null;
      try {
        Reply reply = call.to(first);
        usage = reply.usage();
        return reply;
      } catch (ProviderException e) {
        meters.failed(e.code());
        throw e;
      } finally {
        over(usage == null ? first.usage() : usage);
      }
    }

    private void over(@Nullable Usage usage) {
      Duration took = took();
      if (!first.came()) {
        sink.waitedFor(took);
      }
      meters.over(model, took, firstAfter);
      if (usage != null) {
        meters.used(model, usage);
      }
    }
  }
}
