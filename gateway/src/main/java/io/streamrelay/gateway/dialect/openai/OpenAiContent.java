package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads content as OpenAI's formats have it: a text, or up to 100 parts that say their type. */
public final class OpenAiContent {
  static final int MAX_PARTS = 100;

  private OpenAiContent() {}

  /** Reads a part, of which the type may be there; which other fields may be is left to it. */
  @FunctionalInterface
  public interface PartReader {
    Part read(String type, JsonFields part);
  }

  /**
   * The parts of a field that has to be there; a text is one part.
   *
   * @param types that a part may be of
   */
  public static List<Part> read(JsonFields of, String field, Set<String> types, PartReader reader) {
    if (of.isArray(field)) {
      return of.required(field, of.variants(field, MAX_PARTS, part -> part(part, types, reader)));
    }
    if (of.has(field) && !of.isText(field)) {
      throw Problem.invalid("'" + of.path(field) + "' must be a string or an array of parts")
          .exception();
    }
    return List.of(new Part.Text(of.requiredText(field)));
  }

  private static Part part(JsonFields part, Set<String> types, PartReader reader) {
    String type = part.requiredText("type");
    checkType(part, type, types);
    return reader.read(type, part);
  }

  /** A problem unless the type may be there. */
  public static void checkType(JsonFields of, String type, Set<String> types) {
    if (!types.contains(type)) {
      throw Problem.invalid(
              "'%s' can't be %s here, only %s"
                  .formatted(
                      of.path("type"), Excerpt.of(type), String.join(", ", new TreeSet<>(types))))
          .exception();
    }
  }

  /** The same parts; a problem if they say nothing. */
  public static List<Part> something(JsonFields of, String field, List<Part> parts) {
    boolean silent =
        parts.stream().allMatch(part -> part instanceof Part.Text(String text) && text.isBlank());
    if (silent) {
      throw Problem.invalid("'" + of.path(field) + "' is empty").exception();
    }
    return parts;
  }
}
