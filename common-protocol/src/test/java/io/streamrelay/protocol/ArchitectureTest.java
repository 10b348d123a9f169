package io.streamrelay.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The three rules that keep the module as it is drawn. */
@AnalyzeClasses(
    packages = "io.streamrelay.protocol",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("io.streamrelay.protocol.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule protocolKnowsNeitherTier =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.streamrelay.gateway..", "io.streamrelay.worker..");

  @ArchTest
  static final ArchRule springOnlyAtTheEdge =
      noClasses()
          .that()
          .haveNameNotMatching(
              ".*\\.(\\w+Configuration|\\w+Properties|\\w+FailureAnalyzer|Redis\\w+|Postgres\\w+)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..");
}
