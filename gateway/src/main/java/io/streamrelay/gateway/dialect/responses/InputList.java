package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.responses.ResponseItem.CallOutput;
import io.streamrelay.gateway.dialect.responses.ResponseItem.Content;
import io.streamrelay.gateway.dialect.responses.ResponseItem.InputFile;
import io.streamrelay.gateway.dialect.responses.ResponseItem.InputImage;
import io.streamrelay.gateway.dialect.responses.ResponseItem.InputText;
import io.streamrelay.gateway.dialect.responses.ResponseItem.Message;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * All that a response was told, but its instructions: what was said before it, and what was
 * submitted, as items.
 *
 * @param firstId of this page; null: it is empty
 */
@JsonNaming(SnakeCaseStrategy.class)
record InputList(
    String object,
    List<ResponseItem> data,
    @Nullable String firstId,
    @Nullable String lastId,
    boolean hasMore) {
  /**
   * What of it is asked for.
   *
   * @param after the id of the item before the first one; null: from the beginning
   */
  record Page(int limit, boolean newestFirst, @Nullable String after) {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** Throws a problem, 400, at what can't be. */
    static Page of(@Nullable String limit, @Nullable String order, @Nullable String after) {
      if (limit != null && !limit.matches("[1-9]\\d?|100")) {
        throw Problem.invalid("'limit' must be 1 to " + MAX_LIMIT).exception();
      }
      if (order != null && !order.equals("asc") && !order.equals("desc")) {
        throw Problem.invalid("'order' must be 'asc' or 'desc'").exception();
      }
      int most = limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit);
      return new Page(most, !"asc".equals(order), after);
    }
  }

  static InputList of(AskedTurn asked, List<Utterance> before, Page page) {
    List<ResponseItem> items = new Items(asked.view().id()).of(before, asked.parts());
    List<ResponseItem> ordered = page.newestFirst() ? items.reversed() : items;
    int from = page.after() == null ? 0 : placeOf(page.after(), ordered) + 1;
    int to = Math.min(ordered.size(), from + page.limit());
    List<ResponseItem> data = List.copyOf(ordered.subList(from, to));
    return new InputList(
        "list",
        data,
        data.isEmpty() ? null : data.getFirst().id(),
        data.isEmpty() ? null : data.getLast().id(),
        to < ordered.size());
  }

  private static int placeOf(String id, List<ResponseItem> items) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).id().equals(id)) {
        return i;
      }
    }
    throw Problem.invalid("'after' is no item of this list").exception();
  }

  /** Makes the items, in the order in which they were said. Not thread-safe: one for each list. */
  private static final class Items {
    private final TurnId turn;
    private final List<ResponseItem> items = new ArrayList<>();
    private final List<Content> content = new ArrayList<>(); // of a message that isn't an item yet

    private Items(TurnId turn) {
      this.turn = turn;
    }

    private List<ResponseItem> of(List<Utterance> before, List<Part> submitted) {
      before.forEach(said -> add(said.role(), said.parts()));
      add(Role.USER, submitted);
      return items;
    }

    private void add(Role role, List<Part> parts) {
      for (Part part : parts) {
        switch (part) {
          case Part.Text text -> content.add(content(text, role));
          case Part.Media media -> content.add(content(media));
          case Part.Reasoning(String thought) -> {
            endMessage(role);
            items.add(OutputItem.Reasoning.of(nextId(), ResponseObject.COMPLETED, thought));
          }
          case Part.ToolCall call -> {
            endMessage(role);
            items.add(OutputItem.FunctionCall.of(nextId(), ResponseObject.COMPLETED, call));
          }
          case Part.ToolResult(String callId, List<Part> result, boolean failed) -> {
            endMessage(role);
            items.add(new CallOutput(nextId(), ResponseObject.COMPLETED, callId, output(result)));
          }
        }
      }
      endMessage(role);
    }

    private void endMessage(Role role) {
      if (!content.isEmpty()) {
        String speaker = role == Role.TOOL ? Role.USER.wire() : role.wire();
        items.add(new Message(nextId(), ResponseObject.COMPLETED, speaker, List.copyOf(content)));
        content.clear();
      }
    }

    private String nextId() {
      return "in_" + turn + "_" + items.size();
    }

    /** Text alone is told as text. */
    private static Object output(List<Part> parts) {
      if (parts.size() == 1 && parts.getFirst() instanceof Part.Text(String text)) {
        return text;
      }
      List<Content> content = new ArrayList<>();
      for (Part part : parts) {
        switch (part) {
          case Part.Text text -> content.add(content(text, Role.USER));
          case Part.Media media -> content.add(content(media));
          case Part.Reasoning other -> {}
          case Part.ToolCall other -> {}
          case Part.ToolResult other -> {}
        }
      }
      return content;
    }

    private static Content content(Part.Text text, Role role) {
      return role == Role.ASSISTANT
          ? OutputItem.OutputText.of(text.text())
          : InputText.of(text.text());
    }

    private static Content content(Part.Media media) {
      return switch (media) {
        case Part.Image image -> InputImage.of(image);
        case Part.File file -> InputFile.of(file);
      };
    }
  }
}
