package io.streamrelay.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.streamrelay.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices().matching("io.streamrelay.gateway.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule gateway_doesNotKnowTheWorker =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.streamrelay.worker..");

  /** What speaks HTTP is the edge; what submits, cancels and follows isn't. */
  @ArchTest
  static final ArchRule spring_staysAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..gateway.http..", "..gateway.error..", "..gateway.caller..", "..gateway.drain..")
          .and()
          .haveNameNotMatching(".*(Configuration|Controller|Properties|Application)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..");
}
