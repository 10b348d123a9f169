package io.streamrelay.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.streamrelay.client", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices().matching("io.streamrelay.client.(*)..").should().beFreeOfCycles();

  /** Nor any library but the one that reads JSON, and that in one place. */
  @ArchTest
  static final ArchRule client_knowsNoOtherModule =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.streamrelay.client..",
              "java..",
              "org.jspecify.annotations",
              "tools.jackson.core..");

  @ArchTest
  static final ArchRule jackson_staysOnTheWire =
      classes()
          .that()
          .resideOutsideOfPackage("io.streamrelay.client.wire")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("tools.jackson..");
}
