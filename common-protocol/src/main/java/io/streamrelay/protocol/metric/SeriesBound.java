package io.streamrelay.protocol.metric;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last guard. All labels come from closed sets; should one not, its meter stops to grow, and no
 * other suffers for it. Thread-safe.
 */
final class SeriesBound implements MeterFilter {
  /**
   * Combinations of labels that one meter may have: more than any has, of whatever is configured.
   */
  static final int MOST = 250;

  private static final Logger LOG = LoggerFactory.getLogger(SeriesBound.class);

  private final Map<String, Set<Meter.Id>> known = new ConcurrentHashMap<>();
  private final Set<String> full = ConcurrentHashMap.newKeySet();

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    if (isWithin(id)) {
      return MeterFilterReply.NEUTRAL;
    }
    if (full.add(id.getName())) {
      LOG.error(
          "metric {} has {} combinations of labels and gets no more: some label isn't of a closed"
              + " set",
          id.getName(),
          MOST);
    }
    return MeterFilterReply.DENY;
  }

  private boolean isWithin(Meter.Id id) {
    Set<Meter.Id> ids = known.computeIfAbsent(id.getName(), name -> new HashSet<>());
    synchronized (ids) {
      return ids.contains(id) || ids.size() < MOST && ids.add(id);
    }
  }
}
