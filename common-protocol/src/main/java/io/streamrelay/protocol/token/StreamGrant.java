package io.streamrelay.protocol.token;

import io.streamrelay.protocol.caller.Owner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a token was made with: its holder reads what this owner may, and on a socket does what the
 * owner may, as long as the key is good.
 *
 * @param key null: made in dev mode
 */
public record StreamGrant(Owner owner, @Nullable UUID key) {}
