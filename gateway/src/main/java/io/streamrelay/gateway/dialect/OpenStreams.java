package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.caller.OpenKeys;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.token.StreamTokenId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose streams are open on this gateway, of every dialect: no more than the bounds say, exactly,
 * and none of a key that was revoked. Thread-safe; nothing is called under its lock.
 */
public final class OpenStreams implements OpenKeys {
  private final int perGateway;
  private final int mostPerCaller;
  private final String what;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<StreamPlace> places = new HashSet<>(); // guarded by lock
  private final Map<CallerName, Integer> perCaller = new HashMap<>(); // guarded by lock

  public OpenStreams(StreamProperties bounds) {
    this(bounds.perCaller(), bounds.perGateway(), "streams");
  }

  /**
   * @param perCaller most of one caller and all its users
   * @param what is counted, for refusals
   */
  public OpenStreams(int perCaller, int perGateway, String what) {
    this.mostPerCaller = perCaller;
    this.perGateway = perGateway;
    this.what = what;
  }

  /** A place for one more stream, to be given back; a problem, 429 or 503, if there is none. */
  public StreamPlace take(Caller caller) {
    CallerName name = caller.owner().caller();
    lock.lock();
    try {
      if (places.size() >= perGateway) {
        throw Problem.unavailable(
                ErrorCode.TOO_MANY_STREAMS, "this gateway has as many " + what + " as it can serve")
            .exception();
      }
      if (perCaller.getOrDefault(name, 0) >= mostPerCaller) {
        String detail = "the caller has " + mostPerCaller + " " + what + " open; close one first";
        throw Problem.tooMany(ErrorCode.TOO_MANY_STREAMS, detail).exception();
      }
      StreamPlace place = new StreamPlace(this, name, caller.key(), caller.token());
      places.add(place);
      perCaller.merge(name, 1, Integer::sum);
      return place;
    } finally {
      lock.unlock();
    }
  }

  void giveBack(StreamPlace place) {
    lock.lock();
    try {
      if (places.remove(place)) {
        perCaller.computeIfPresent(place.caller(), (name, count) -> count > 1 ? count - 1 : null);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Set<UUID> open() {
    Set<UUID> keys = new HashSet<>();
    for (StreamPlace place : places()) {
      UUID key = place.key();
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  @Override
  public Set<StreamTokenId> openTokens() {
    Set<StreamTokenId> tokens = new HashSet<>();
    for (StreamPlace place : places()) {
      StreamTokenId token = place.token();
      if (token != null) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  @Override
  public void revoked(Set<UUID> keys) {
    for (StreamPlace place : places()) {
      if (place.key() != null && keys.contains(place.key())) {
        place.revoke();
      }
    }
  }

  private List<StreamPlace> places() {
    lock.lock();
    try {
      return new ArrayList<>(places);
    } finally {
      lock.unlock();
    }
  }
}
