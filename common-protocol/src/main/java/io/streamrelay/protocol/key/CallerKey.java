package io.streamrelay.protocol.key;

import io.streamrelay.protocol.caller.CallerName;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is kept, without anything secret.
 *
 * @param prefix its public part, by which it is found
 * @param name what it is for, in the operator's words
 * @param trusted may name the end user it acts for
 * @param admin may use {@code /admin}; gives no right to anybody's sessions
 * @param lastUsedAt to within a minute or so; null: never
 * @param revokedAt null: it is good
 */
public record CallerKey(
    UUID id,
    String prefix,
    CallerName caller,
    String name,
    boolean trusted,
    boolean admin,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {}
