package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.worker.provider.ProviderException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes images and documents. Bedrock fetches no URL but of its own store, and knows formats in
 * place of media types.
 *
 * <p>Not thread-safe: one prompt, one writer.
 */
final class BedrockMedia {
  private static final int MAX_NAME_CHARS = 200;

  private final JsonGenerator json;
  private final Set<String> names = new HashSet<>();

  BedrockMedia(JsonGenerator json) {
    this.json = json;
  }

  void write(Part.Media media) throws ProviderException {
    String type = media.mediaType();
    if (media.data() == null || type == null) {
      throw rejected("takes images and files only as data, not by url");
    }
    String image = imageFormat(type);
    String document = documentFormat(type);
    if (image != null) {
      source("image", image, null, media.data());
    } else if (media instanceof Part.File file && document != null) {
      source("document", document, name(file.name()), media.data());
    } else {
      throw rejected("has no format for that media type");
    }
  }

  private static ProviderException rejected(String what) {
    return ProviderException.unsupported(BedrockRequest.TYPE, what);
  }

  private void source(String kind, String format, @Nullable String name, String base64) {
    json.writeName(kind);
    json.writeStartObject();
    json.writeStringProperty("format", format);
    if (name != null) {
      json.writeStringProperty("name", name);
    }
    json.writeName("source");
    json.writeStartObject();
    json.writeStringProperty("bytes", base64);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static @Nullable String imageFormat(String type) {
    return switch (type) {
      case "image/png" -> "png";
      case "image/jpeg", "image/jpg" -> "jpeg";
      case "image/gif" -> "gif";
      case "image/webp" -> "webp";
      default -> null;
    };
  }

  private static @Nullable String documentFormat(String type) {
    return switch (type) {
      case "application/pdf" -> "pdf";
      case "text/csv" -> "csv";
      case "application/msword" -> "doc";
      case "application/vnd.openxmlformats-officedocument.wordprocessingml.document" -> "docx";
      case "application/vnd.ms-excel" -> "xls";
      case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" -> "xlsx";
      case "text/html" -> "html";
      case "text/plain" -> "txt";
      case "text/markdown" -> "md";
      default -> null;
    };
  }

  /** Letters, digits, single spaces, hyphens and brackets only, and no name twice. */
  private String name(@Nullable String given) {
    String plain = (given == null ? "" : given).replaceAll("[^A-Za-z0-9()\\[\\]-]+", " ").strip();
    String base = plain.isEmpty() ? "document" : plain;
    String name = base.substring(0, Math.min(base.length(), MAX_NAME_CHARS)).strip();
    for (int i = 2; !names.add(name); i++) {
      String number = " (" + i + ")";
      int kept = Math.min(base.length(), MAX_NAME_CHARS - number.length());
      name = base.substring(0, kept).strip() + number;
    }
    return name;
  }
}
