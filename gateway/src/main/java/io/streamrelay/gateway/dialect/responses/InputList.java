package io.streamrelay.gateway.dialect.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
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
    List<Item> data,
    @Nullable String firstId,
    @Nullable String lastId,
    boolean hasMore) {
  /** One item, of whatever type. What its type doesn't have is left out. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      String id,
      String type,
      String status,
      @Nullable String role,
      @Nullable List<Content> content,
      @Nullable List<OutputItem.SummaryText> summary,
      @Nullable String callId,
      @Nullable String name,
      @Nullable String arguments,
      @Nullable Object output) {}

  /** One part of a message, or of what a tool answered. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Content(
      String type,
      @Nullable String text,
      @Nullable List<Object> annotations,
      @Nullable List<Object> logprobs,
      @Nullable String detail,
      @Nullable String imageUrl,
      @Nullable String filename,
      @Nullable String fileUrl,
      @Nullable String fileData) {}

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
    List<Item> items = new Items(asked.view().id()).of(before, asked.parts());
    List<Item> ordered = page.newestFirst() ? items.reversed() : items;
    int from = page.after() == null ? 0 : placeOf(page.after(), ordered) + 1;
    int to = Math.min(ordered.size(), from + page.limit());
    List<Item> data = List.copyOf(ordered.subList(from, to));
    return new InputList(
        "list",
        data,
        data.isEmpty() ? null : data.getFirst().id(),
        data.isEmpty() ? null : data.getLast().id(),
        to < ordered.size());
  }

  private static int placeOf(String id, List<Item> items) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).id().equals(id)) {
        return i;
      }
    }
    throw Problem.invalid("'after' is no item of this list").exception();
  }

  /** Makes the items, and numbers them. Not thread-safe: one for each list. */
  private static final class Items {
    private final TurnId turn;
    private final List<Item> items = new ArrayList<>();

    private Items(TurnId turn) {
      this.turn = turn;
    }

    private List<Item> of(List<Utterance> before, List<Part> submitted) {
      before.forEach(said -> add(said.role(), said.parts()));
      add(Role.USER, submitted);
      return items;
    }

    private void add(Role role, List<Part> parts) {
      List<Content> content = new ArrayList<>();
      for (Part part : parts) {
        switch (part) {
          case Part.ToolCall call ->
              add(
                  "function_call",
                  null,
                  null,
                  null,
                  call.callId(),
                  call.name(),
                  call.arguments(),
                  null);
          case Part.ToolResult result ->
              add(
                  "function_call_output",
                  null,
                  null,
                  null,
                  result.toolCallId(),
                  null,
                  null,
                  output(result.content()));
          case Part.Reasoning(String thought) ->
              add(
                  "reasoning",
                  null,
                  null,
                  List.of(OutputItem.SummaryText.of(thought)),
                  null,
                  null,
                  null,
                  null);
          case Part.Text text -> content.add(content(text, role));
          case Part.Media media -> content.add(content(media));
        }
      }
      if (!content.isEmpty()) {
        String speaker = role == Role.TOOL ? Role.USER.wire() : role.wire();
        add("message", speaker, content, null, null, null, null, null);
      }
    }

    private void add(
        String type,
        @Nullable String role,
        @Nullable List<Content> content,
        @Nullable List<OutputItem.SummaryText> summary,
        @Nullable String callId,
        @Nullable String name,
        @Nullable String arguments,
        @Nullable Object output) {
      String id = "in_" + turn + "_" + items.size();
      items.add(
          new Item(
              id,
              type,
              ResponseObject.COMPLETED,
              role,
              content,
              summary,
              callId,
              name,
              arguments,
              output));
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
      boolean answer = role == Role.ASSISTANT;
      return new Content(
          answer ? "output_text" : "input_text",
          text.text(),
          answer ? List.of() : null,
          answer ? List.of() : null,
          null,
          null,
          null,
          null,
          null);
    }

    private static Content content(Part.Media media) {
      String data = media.data();
      String inline = data == null ? null : "data:" + media.mediaType() + ";base64," + data;
      return switch (media) {
        case Part.Image image ->
            new Content(
                "input_image",
                null,
                null,
                null,
                "auto",
                inline == null ? image.url() : inline,
                null,
                null,
                null);
        case Part.File file ->
            new Content(
                "input_file", null, null, null, null, null, file.name(), file.url(), inline);
      };
    }
  }
}
