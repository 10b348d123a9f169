package io.streamrelay.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.streamrelay.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices().matching("io.streamrelay.worker.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule worker_doesNotKnowTheGateway =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.streamrelay.gateway..");

  @ArchTest
  static final ArchRule spring_staysAtTheEdge =
      noClasses()
          .that()
          .haveNameNotMatching(".*(Configuration|Properties|Application)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..");
}
