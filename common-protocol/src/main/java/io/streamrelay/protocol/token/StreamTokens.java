package io.streamrelay.protocol.token;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are good, for all gateways. Nothing of a token itself is kept. A method blocks
 * for a bounded time and throws {@link io.streamrelay.protocol.session.StoreUnavailableException}
 * when the store doesn't answer. Implementations are thread-safe.
 */
public interface StreamTokens {
  /** How long a new token waits to be used. */
  Duration UNUSED = Duration.ofSeconds(60);

  /** How long it is good after it was used. */
  Duration USED = Duration.ofMinutes(5);

  /** Makes it good for {@link #UNUSED}. */
  void add(StreamTokenId token, StreamGrant grant);

  /** Uses it: good for {@link #USED} from now. Null, and no effect, if it isn't good. */
  @Nullable StreamGrant use(StreamTokenId token);

  /** Those of them that still are good are, for {@link #USED} from now. */
  void keep(Collection<StreamTokenId> tokens);
}
