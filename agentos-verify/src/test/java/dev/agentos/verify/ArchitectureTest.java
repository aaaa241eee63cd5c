package dev.agentos.verify;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who may use whom. */
class ArchitectureTest {
    /** What each module may use beside the JDK, JSpecify, the API and itself. */
    static final Map<String, List<String>> ALLOWED = Map.ofEntries(
            Map.entry("api", List.of()),
            Map.entry("runtime", List.of("org.slf4j..")),
            Map.entry(
                    "json",
                    List.of(
                            "tools.jackson..",
                            "org.snakeyaml.engine..",
                            "com.fasterxml.jackson.annotation..",
                            "com.networknt.schema..")),
            Map.entry("memory", List.of("org.slf4j..", "org.jooq..", "org.sqlite..")),
            Map.entry("security", List.of("org.slf4j..")),
            Map.entry("tools", List.of("org.slf4j..", "org.apache.hc..")),
            Map.entry("testkit", List.of("org.junit..", "org.assertj..", "org.opentest4j..", "org.apiguardian..")),
            Map.entry("cli", List.of("picocli..", "org.slf4j..")),
            Map.entry(
                    "biscuit",
                    List.of(
                            "biscuit.format.schema..",
                            "org.biscuitsec.biscuit..",
                            "com.google.protobuf..",
                            "net.i2p.crypto.eddsa..")),
            Map.entry("isolated", List.of()),
            Map.entry("wasm", List.of("org.slf4j..", "run.endive..")),
            Map.entry("examples", List.of("org.ta4j..")));

    static final List<String> MODULES = ALLOWED.keySet().stream().sorted().toList();

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("dev/agentos/verify"))
                .importPackages("dev.agentos");
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_usesNothingBeyondItsList(String module) {
        var allowed = new ArrayList<>(
                List.of("java..", "javax..", "jdk..", "com.sun.net.httpserver..", "org.jspecify.annotations.."));
        allowed.add("dev.agentos.api..");
        allowed.add("dev.agentos." + module + "..");
        allowed.addAll(ALLOWED.get(module));

        var rule = classes()
                .that()
                .resideInAPackage("dev.agentos." + module + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .allowEmptyShould(true);

        rule.check(classes);
    }

    @Test
    void api_usesNothingOfTheJdkBeyondJavaBase() {
        noClasses()
                .that()
                .resideInAPackage("dev.agentos.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "javax..", "jdk..", "com.sun..", "java.sql..", "java.net.http..", "java.util.logging..")
                .check(classes);
    }

    @Test
    void everyClass_belongsToAModuleOfTheDesign() {
        String[] packages = Stream.concat(MODULES.stream(), Stream.of("benchmarks"))
                .map(module -> "dev.agentos." + module + "..")
                .toArray(String[]::new);

        classes().should().resideInAnyPackage(packages).check(classes);
    }

    @Test
    void logging_goesThroughSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System$Logger")
                .check(classes);
    }

    /** What the contract of isolation runs in processes of its own. */
    private static DescribedPredicate<JavaClass> areNoGuests() {
        return describe(
                "are no guests", type -> !type.getName().startsWith("dev.agentos.testkit.contract.IsolatedGuests"));
    }

    @Test
    void libraries_leaveStandardOutputAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.agentos.cli..", "dev.agentos.examples..")
                .and(areNoGuests())
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }

    @Test
    void libraries_neverEndTheJvm() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.agentos.cli..", "dev.agentos.examples..")
                .and(areNoGuests())
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(classes);
    }

    @Test
    void processes_startInSandboxProvidersOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.agentos.security..", "dev.agentos.cli..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .check(classes);
    }

    @Test
    void state_isNeverStatic() {
        // Two AgentOS in one JVM know nothing of each other.
        fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(classes);
    }

    @Test
    void context_travelsInScopedValues() {
        // A worker has to recognise itself; what user code does on it must not leave traces there.
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("dev.agentos.runtime.schedule..")
                .should()
                .haveRawType(ThreadLocal.class)
                .check(classes);
    }

    @Test
    void types_areNamedByNouns() {
        classes()
                .should()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Impl")
                .check(classes);
    }

    @Test
    void optional_isAReturnTypeOnly() {
        // Records that JSON providers are tried with have optional components as users' records may.
        var ours = classes.that(resideOutsideOfPackage("dev.agentos.testkit.contract.."));

        List<String> parameters = ours.stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(method -> !method.getName().startsWith("lambda$"))
                .filter(method ->
                        method.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Optional.class)))
                .map(method -> method.getFullName())
                .toList();

        assertThat(parameters).isEmpty();
        noFields().should().haveRawType(Optional.class).check(ours);
    }

    @Test
    void exceptions_areAgentOsExceptions() {
        classes()
                .that()
                .resideInAPackage("dev.agentos.api..")
                .and()
                .areAssignableTo(Exception.class)
                .should()
                .beAssignableTo("dev.agentos.api.error.AgentOsException")
                .check(classes);
    }

    @Test
    void errors_areAgentStoppedAlone() {
        classes()
                .that()
                .areAssignableTo(Error.class)
                .and()
                .arePublic()
                .should()
                .haveFullyQualifiedName("dev.agentos.api.error.AgentStopped")
                .check(classes);
    }
}
