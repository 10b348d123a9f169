package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** docs/configuration.md names every property there is, with its default, and no other. */
class ConfigurationReferenceTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(relay\\.[^`]+)` \\| (?:`([^`]*)` )?\\|.*\\S.*\\|$");

  @Test
  void reference_namesEveryPropertyWithItsDefault() throws Exception {
    Map<String, String> inCode = propertiesInCode();

    Map<String, String> inReference = propertiesInReference();

    assertThat(inCode).hasSizeGreaterThan(50);
    assertThat(inReference).isEqualTo(inCode);
  }

  private static Map<String, String> propertiesInReference() throws IOException {
    Map<String, String> properties = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        properties.put(row.group(1), row.group(2) == null ? "" : row.group(2));
      }
    }
    return properties;
  }

  private static Map<String, String> propertiesInCode() throws ClassNotFoundException {
    var scanner = new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    Map<String, String> properties = new TreeMap<>();
    for (var found : scanner.findCandidateComponents("io.streamrelay")) {
      Class<?> type = Class.forName(found.getBeanClassName());
      add(type, type.getAnnotation(ConfigurationProperties.class).value(), properties);
    }
    return properties;
  }

  private static void add(Class<?> type, String prefix, Map<String, String> properties) {
    for (Parameter parameter : canonical(type).getParameters()) {
      String name = prefix + "." + kebab(parameter.getName());
      if (parameter.getType().isRecord()) {
        add(parameter.getType(), name, properties);
      } else if (parameter.getType() == Map.class) {
        var map = (ParameterizedType) parameter.getParameterizedType();
        Class<?> value = (Class<?>) map.getActualTypeArguments()[1];
        if (value.isRecord()) {
          add(value, name + ".<key>", properties);
        } else {
          properties.put(name + ".<key>", "");
        }
      } else {
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        properties.put(name, value == null ? "" : String.join(",", value.value()));
      }
    }
  }

  private static Constructor<?> canonical(Class<?> type) {
    int components = type.getRecordComponents().length;
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(constructor -> constructor.getParameterCount() == components)
        .findFirst()
        .orElseThrow();
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
