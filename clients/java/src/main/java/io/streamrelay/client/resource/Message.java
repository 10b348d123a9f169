package io.streamrelay.client.resource;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said.
 *
 * @param parent the message before it
 * @param status of its turn
 */
public record Message(
    String id,
    @Nullable String parent,
    String turnId,
    Role role,
    List<Part> parts,
    TurnStatus status,
    Instant createdAt) {}
