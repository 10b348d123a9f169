package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored message.
 *
 * @param parent the message before it; null for the session's first
 * @param status of its turn: whether an answer is whole, partial or of a failed turn
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageView(
    MessageId id,
    @Nullable MessageId parent,
    TurnId turnId,
    Role role,
    List<Part> parts,
    TurnStatus status,
    Instant createdAt) {}
