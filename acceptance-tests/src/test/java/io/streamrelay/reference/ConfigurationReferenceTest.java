package io.streamrelay.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.property.KnownProperties;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md have every property there is, as the code describes it. */
class ConfigurationReferenceTest {
  private static final GeneratedDocument REFERENCE = GeneratedDocument.of("configuration.md");
  private static final List<PropertyRow> PROPERTIES =
      KnownProperties.onClassPath(ConfigurationReferenceTest.class.getClassLoader()).all().stream()
          .map(PropertyRow::new)
          .toList();

  @Test
  void reference_isWhatTheCodeSays() throws IOException {
    assertThat(PROPERTIES).hasSizeGreaterThan(70);

    REFERENCE.check(ConfigurationReferenceTest::table);
  }

  @Test
  void everyProperty_isDescribed() {
    assertThat(PROPERTIES)
        .filteredOn(row -> row.property().description().isBlank())
        .as("no @param in the Javadoc of its record")
        .isEmpty();
  }

  @Test
  void everyQuantity_saysWhatIsAllowed() {
    assertThat(PROPERTIES)
        .filteredOn(row -> row.isQuantity() && row.allowed().isEmpty())
        .extracting(row -> row.property().name())
        .as("its @param doesn't end in, for example, 'Allowed: 1 to 100'")
        .isEmpty();
  }

  @Test
  void everyType_isOneThatReadersKnow() {
    assertThat(PROPERTIES)
        .filteredOn(row -> row.type().contains("."))
        .extracting(row -> row.property().name())
        .as(
            "a record in a map needs @ConfigurationPropertiesSource, one in a record"
                + " @NestedConfigurationProperty; a plain type a word in PropertyRow.type")
        .isEmpty();
  }

  @Test
  void everyProperty_isInOneTable() throws IOException {
    List<String> groups =
        REFERENCE.tables().stream().flatMap(table -> Arrays.stream(table.split(" "))).toList();

    assertThat(PROPERTIES)
        .allSatisfy(row ->
            assertThat(groups)
                .as("tables of docs/configuration.md with %s", row.property().name())
                .filteredOn(group -> isIn(group, row))
                .hasSize(1));
  }

  /** A whole name is that property, {@code relay.worker.*} those a word longer, of an entry all. */
  private static boolean isIn(String group, PropertyRow row) {
    String name = row.property().name();
    if (!group.endsWith(".*")) {
      return name.equals(group);
    }
    String start = group.substring(0, group.length() - 1);
    return name.startsWith(start)
        && (start.contains("<key>") || name.indexOf('.', start.length()) < 0);
  }

  private static String table(String groups) {
    List<PropertyRow> rows =
        Arrays.stream(groups.split(" "))
            .flatMap(group -> PROPERTIES.stream().filter(row -> isIn(group, row)))
            .toList();
    List<String> tiers = rows.stream().map(PropertyRow::tier).distinct().toList();
    return "Read by "
        + tiers.stream()
            .map(tier -> tier.equals("both tiers") ? tier : "the " + tier)
            .collect(Collectors.joining(" and "))
        + ".\n\n"
        + PropertyRow.HEAD
        + rows.stream().map(PropertyRow::markdown).collect(Collectors.joining())
        + "\n";
  }
}
