package io.streamrelay.protocol.property;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The groups that a tier leaves to the other one are those the other one alone declares. */
class OfOneTierTest {
  private static final List<KnownProperty> ALL =
      KnownProperties.onClassPath(OfOneTierTest.class.getClassLoader()).all();

  @Test
  void groups_holdAllThatOneTierDeclares() {
    assertThat(ALL)
        .allSatisfy(property ->
            assertThat(isInAGroup(property.name()))
                .as("%s is in UnknownProperties.OF_ONE_TIER", property.name())
                .isEqualTo(!isOfBoth(property)));
  }

  /** Keys are declared beside their store, but callers are the gateway's alone. */
  private static boolean isOfBoth(KnownProperty property) {
    return property.source().startsWith("io.streamrelay.protocol.")
        && !property.source().startsWith("io.streamrelay.protocol.key.");
  }

  @Test
  void groups_areOfOneTierEach() {
    for (String group : UnknownProperties.OF_ONE_TIER) {
      assertThat(
              ALL.stream()
                  .filter(each -> isIn(group, each.name()))
                  .map(each -> each.source().split("\\.")[2])
                  .distinct())
          .as(group)
          .hasSize(1);
    }
  }

  private static boolean isInAGroup(String name) {
    return UnknownProperties.OF_ONE_TIER.stream().anyMatch(group -> isIn(group, name));
  }

  private static boolean isIn(String group, String name) {
    return name.equals(group) || name.startsWith(group + ".");
  }
}
