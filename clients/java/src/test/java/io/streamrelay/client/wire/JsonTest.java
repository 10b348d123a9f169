package io.streamrelay.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void write_givesWhatReadTook() {
    String text =
        "{\"b\":[1,-2.50,true,null,{}],\"a\":\"\\u0000\\\"\u2028😀\",\"big\":12345678901234567890}";

    Object read = Json.read(text);

    assertThat(read).isInstanceOf(Map.class);
    assertThat(JsonObject.read(text).fields())
        .containsEntry("big", new BigDecimal("12345678901234567890"))
        .containsEntry("a", "\0\"\u2028😀");
    assertThat(Json.read(Json.write(read))).isEqualTo(read);
    assertThat(Json.write(Map.of("schema", new JsonText("{ \"x\": 1 }"))))
        .isEqualTo("{\"schema\":{ \"x\": 1 }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"secret\":",
        "[1,]",
        "{} {}",
        "nul",
        "\"secret",
        "{secret}",
        "1e",
        "NaN"
      })
  void read_refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Json.read(text))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageStartingWith("no JSON")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void read_isBounded() {
    assertThat(Json.read("[".repeat(200) + "]".repeat(200))).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
        .isInstanceOf(MalformedAnswerException.class);
    assertThatThrownBy(() -> Json.read("1".repeat(1000)))
        .isInstanceOf(MalformedAnswerException.class);
  }

  @Test
  void object_namesTheFieldThatIsWrong() {
    JsonObject object =
        JsonObject.read(
            "{\"text\":1,\"number\":\"x\",\"long\":5000000000,\"list\":[1],\"time\":\"now\"}");

    assertThatThrownBy(() -> object.text("gone")).hasMessage("gone is missing");
    assertThatThrownBy(() -> object.text("text")).hasMessage("text is no String");
    assertThatThrownBy(() -> object.integer("number")).hasMessage("number is no Long");
    assertThatThrownBy(() -> object.integer("long")).hasMessage("long is too large");
    assertThatThrownBy(() -> object.list("list", item -> item)).hasMessage("list is no object");
    assertThatThrownBy(() -> object.time("time")).hasMessage("time is no time");
    assertThatThrownBy(() -> object.object("gone")).hasMessage("gone is no object");
    assertThatThrownBy(() -> JsonObject.read("[]")).hasMessage("it is no object");
    assertThatThrownBy(() -> JsonObject.readList("{}", item -> item)).hasMessage("it is no list");
    assertThat(object.optionalText("gone")).isNull();
    assertThat(object.list("gone", item -> item)).isEmpty();
  }
}
