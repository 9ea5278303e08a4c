package org.altdsl.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may know which: section 2 of the house style. */
class DependencyTest {
    private static final ImportOption NOT_TESTS = location -> !location.contains("/tests/");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(NOT_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.altdsl");

    private static final String[] GRAMMAR = {
        "org.altdsl.grammar..", "org.altdsl.source..", "org.altdsl.diag..", "org.altdsl.syntax.."
    };
    private static final String[] RUNTIME = {"org.altdsl.runtime.."};
    private static final String[] CLI = {"org.altdsl.cli.."};
    private static final String[] COMPILER = {
        "org.altdsl.ast..",
        "org.altdsl.names..",
        "org.altdsl.units..",
        "org.altdsl.check..",
        "org.altdsl.ir..",
        "org.altdsl.lower..",
        "org.altdsl.derive..",
        "org.altdsl.flow..",
        "org.altdsl.optimize..",
        "org.altdsl.placement..",
        "org.altdsl.codegen..",
        "org.altdsl.tensorcode..",
        "org.altdsl.janino..",
        "org.altdsl.driver.."
    };

    private static String[] all(String[]... groups) {
        return Stream.of(groups).flatMap(Stream::of).toArray(String[]::new);
    }

    static Stream<Arguments> directions() {
        return Stream.of(
                Arguments.of("the grammar knows nothing of ours", GRAMMAR, all(COMPILER, RUNTIME, CLI)),
                Arguments.of("the runtime runs without compiler and grammar", RUNTIME, all(COMPILER, GRAMMAR, CLI)),
                Arguments.of("the compiler is no command", COMPILER, CLI),
                Arguments.of(
                        "data and plans know no engine",
                        new String[] {"org.altdsl.runtime.plan..", "org.altdsl.runtime.data.."},
                        new String[] {"org.altdsl.runtime.engine..", "org.altdsl.runtime.report.."}),
                Arguments.of(
                        "the syntax tree knows no later pass",
                        new String[] {"org.altdsl.ast.."},
                        Stream.of(COMPILER)
                                .filter(one -> !one.startsWith("org.altdsl.ast"))
                                .toArray(String[]::new)),
                Arguments.of(
                        "the intermediate representation knows no syntax tree and no back end",
                        new String[] {"org.altdsl.ir.."},
                        new String[] {
                            "org.altdsl.ast..", "org.altdsl.names..", "org.altdsl.units..", "org.altdsl.check..",
                            "org.altdsl.lower..", "org.altdsl.flow..", "org.altdsl.optimize..", "org.altdsl.codegen..",
                            "org.altdsl.janino..", "org.altdsl.driver..", "org.altdsl.syntax.."
                        }),
                Arguments.of(
                        "passes over the representation know no syntax tree",
                        new String[] {
                            "org.altdsl.derive..",
                            "org.altdsl.optimize..",
                            "org.altdsl.placement..",
                            "org.altdsl.codegen..",
                            "org.altdsl.janino.."
                        },
                        new String[] {
                            "org.altdsl.ast..",
                            "org.altdsl.names..",
                            "org.altdsl.units..",
                            "org.altdsl.check..",
                            "org.altdsl.lower..",
                            "org.altdsl.driver.."
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("directions")
    void dependenciesGoOneWay(String name, String[] from, String[] to) {
        check(noClasses()
                .that()
                .resideInAnyPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to));
    }

    static Stream<Arguments> borders() {
        return Stream.of(
                Arguments.of(
                        "org.antlr..",
                        new String[] {"org.altdsl.grammar..", "org.altdsl.syntax..", "org.altdsl.ast.build.."}),
                Arguments.of("org.codehaus..", new String[] {"org.altdsl.janino.."}),
                Arguments.of("org.nd4j..", new String[] {"org.altdsl.runtime.tensor.."}),
                Arguments.of("org.bytedeco..", new String[] {"org.altdsl.runtime.tensor.."}),
                Arguments.of("picocli..", new String[] {"org.altdsl.cli.."}),
                Arguments.of("org.knowm..", new String[] {"org.altdsl.runtime.report.."}),
                Arguments.of("com.fasterxml..", new String[] {"org.altdsl.runtime..", "org.altdsl.cli.."}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("borders")
    void foreignTypesStopAtTheirBorder(String foreign, String[] allowed) {
        check(noClasses()
                .that()
                .resideInAPackage("org.altdsl..")
                .and()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(foreign));
    }

    @Test
    void onlyTheCommandLineEndsTheProcessAndPrints() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(CLI)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void noPackageIsALumberRoom() {
        check(noClasses()
                .should()
                .resideInAnyPackage("..utils..", "..util..", "..common..", "..helper..", "..manager..", "..impl.."));
    }

    @Test
    void everyClassBelongsToAKnownPackage() {
        check(classes().should().resideInAnyPackage(all(GRAMMAR, COMPILER, RUNTIME, CLI)));
        List<String> missing = Stream.of(GRAMMAR, COMPILER, RUNTIME, CLI)
                .flatMap(Stream::of)
                .map(one -> one.replace("..", ""))
                .filter(one -> CLASSES.stream().map(JavaClass::getPackageName).noneMatch(name -> name.startsWith(one)))
                .toList();
        assertTrue(missing.isEmpty(), "no classes found in " + missing);
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
