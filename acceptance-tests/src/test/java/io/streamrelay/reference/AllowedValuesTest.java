package io.streamrelay.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.KnownProperties;
import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * What the descriptions say is allowed is what the records allow: one below the least and one above
 * the most end the start. The records that others check, of models and providers, have tests of
 * their own.
 */
class AllowedValuesTest {
  private static final Pattern RANGE =
      Pattern.compile("(?:at least )?(-?\\d+\\w*)(?: to (\\d+\\w*))?\\b.*");

  record Wrong(String property, String source, String value) {}

  static Stream<Wrong> wrongValues() {
    List<Wrong> wrong =
        KnownProperties.onClassPath(AllowedValuesTest.class.getClassLoader()).all().stream()
            .map(PropertyRow::new)
            .filter(row -> row.isQuantity() && checksItself(row.property().source()))
            .flatMap(AllowedValuesTest::beyond)
            .toList();
    assertThat(wrong).hasSizeGreaterThan(50);
    return wrong.stream();
  }

  private static boolean checksItself(String source) {
    return !source.contains("$") && !source.contains(".route.") && !source.contains(".turn.Par");
  }

  private static Stream<Wrong> beyond(PropertyRow row) {
    Matcher range = RANGE.matcher(row.allowed());
    List<Wrong> wrong = new ArrayList<>();
    if (range.matches()) {
      String name = row.property().name();
      String source = row.property().source();
      wrong.add(new Wrong(name, source, step(row.type(), range.group(1), -1)));
      if (range.group(2) != null) {
        wrong.add(new Wrong(name, source, step(row.type(), range.group(2), 1)));
      }
    }
    return wrong.stream();
  }

  private static String step(String type, String from, int by) {
    return switch (type) {
      case "duration" -> {
        Duration duration = DurationStyle.detectAndParse(from).plusMillis(by);
        yield duration.toMillis() + "ms";
      }
      case "size" -> DataSize.parse(from).toBytes() + by + "B";
      default -> Long.toString(Long.parseLong(from) + by);
    };
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void bind_beyondWhatIsAllowedIsRefusedByName(Wrong wrong) throws Exception {
    Class<?> type = Class.forName(wrong.source());
    String prefix = type.getAnnotation(ConfigurationProperties.class).value();
    Binder binder =
        new Binder(new MapConfigurationPropertySource(Map.of(wrong.property(), wrong.value())));

    assertThatThrownBy(() -> binder.bindOrCreate(prefix, type))
        .rootCause()
        .isInstanceOfSatisfying(
            PropertyException.class,
            failure -> assertThat(failure.property()).isEqualTo(wrong.property()));
  }
}
