package io.streamrelay.protocol.property;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.util.unit.DataSize;

/** Has a value that isn't of its property's type shown as one sentence. */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class ConversionFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {
  private static final Map<Class<?>, String> ALLOWED =
      Map.ofEntries(
          Map.entry(Duration.class, "a duration such as 500ms, 10s or 1h"),
          Map.entry(DataSize.class, "a size such as 512B, 256KB or 4MB"),
          Map.entry(Boolean.class, "true or false"),
          Map.entry(boolean.class, "true or false"),
          Map.entry(Integer.class, "a whole number"),
          Map.entry(int.class, "a whole number"),
          Map.entry(Long.class, "a whole number"),
          Map.entry(long.class, "a whole number"),
          Map.entry(Double.class, "a number such as 0.5"),
          Map.entry(double.class, "a number such as 0.5"),
          Map.entry(Float.class, "a number such as 0.5"),
          Map.entry(float.class, "a number such as 0.5"),
          Map.entry(InetAddress.class, "an address of this machine, such as 127.0.0.1 or 0.0.0.0"));

  ConversionFailureAnalyzer() {}

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable root, BindException cause) {
    ConfigurationProperty property = cause.getProperty();
    Class<?> type = wanted(cause);
    if (property == null || type == null) {
      return null;
    }
    String name = property.getName().toString();
    String sentence =
        "property '"
            + name
            + "'"
            + SetProperties.shown(name, property.getValue(), property.getOrigin())
            + ": must be "
            + allowed(type);
    return new FailureAnalysis(sentence, null, cause);
  }

  private @Nullable Class<?> wanted(BindException failure) {
    ConversionFailedException failed = findCause(failure, ConversionFailedException.class);
    if (failed != null) {
      return failed.getTargetType().getType();
    }
    ConverterNotFoundException none = findCause(failure, ConverterNotFoundException.class);
    return none == null ? null : none.getTargetType().getType();
  }

  private static String allowed(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return ALLOWED.getOrDefault(type, "a " + type.getSimpleName());
  }
}
