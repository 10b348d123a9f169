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

  @ArchTest
  static final ArchRule tailAndDialects_areFreeOfSpring =
      noClasses()
          .that()
          .resideInAnyPackage("..gateway.tail..", "..gateway.dialect..")
          .and()
          .haveSimpleNameNotEndingWith("Configuration")
          .and()
          .haveSimpleNameNotEndingWith("Controller")
          .and()
          .haveSimpleNameNotEndingWith("Properties")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..");
}
