package io.streamrelay.gateway.doctor;

import java.util.function.Consumer;

/** Something that can be examined. */
interface Subject {
  /** What it is: {@code url}, {@code redis}, {@code postgres}. */
  String name();

  /** Where it is, without user and password. */
  String place();

  /**
   * Looks at all of it; every wait is bounded. What can't be asked is a finding too; whatever is
   * thrown is one by surprise.
   */
  void examine(Findings findings) throws Exception;

  /**
   * One that nobody named.
   *
   * @param how to name it
   */
  static Subject unnamed(String name, String how) {
    return settled(
        name, "not checked", findings -> findings.note("named", "nobody said where it is", how));
  }

  /**
   * One whose settings make no sense.
   *
   * @param why in a sentence
   */
  static Subject misnamed(String name, String why) {
    return settled(
        name,
        "not checked",
        findings ->
            findings.fail("settings", why, "Correct the settings; docs/configuration.md has all."));
  }

  private static Subject settled(String name, String place, Consumer<Findings> result) {
    return new Subject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String place() {
        return place;
      }

      @Override
      public void examine(Findings findings) {
        result.accept(findings);
      }
    };
  }
}
