package dev.agentos.verify;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a user of agentos-api and agentos-testkit sees. */
class PublicApiTest {
    private static final List<JavaClass> PUBLIC_TYPES = new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.agentos.api", "dev.agentos.testkit")
                    .stream()
                    .filter(PublicApiTest::isVisible)
                    .toList();

    @Test
    void publicTypes_doNotHideTypesOfJavaBase() throws IOException {
        Set<String> javaBase = publicTypesOfJavaBase(name -> true);

        Stream<String> clashes = PUBLIC_TYPES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> javaBase.contains(type.getSimpleName()))
                .map(JavaClass::getName);

        assertThat(javaBase).contains("String", "Optional", "Path", "Duration", "ProviderException");
        assertThat(clashes).isEmpty();
    }

    /** Nested types are written with their outer type; they keep clear of what is imported everywhere. */
    @Test
    void nestedTypes_doNotHideCommonTypes() throws IOException {
        Set<String> common =
                publicTypesOfJavaBase(Set.of("java.lang", "java.util", "java.util.function", "java.time")::contains);

        Stream<String> clashes = PUBLIC_TYPES.stream()
                .filter(type -> common.contains(type.getSimpleName()))
                .map(JavaClass::getName);

        assertThat(common).contains("String", "Optional", "Duration");
        assertThat(clashes).isEmpty();
    }

    @Test
    void methods_throwNoCheckedExceptions_exceptThoseThatUsersImplement() {
        Stream<String> throwing = PUBLIC_TYPES.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> method.getThrowsClause().stream().anyMatch(thrown -> isChecked(thrown.getRawType())))
                .filter(method -> !isImplementedByUsers(method.getOwner())
                        && method.getOwner().getAllRawInterfaces().stream()
                                .noneMatch(PublicApiTest::isImplementedByUsers))
                .map(method -> method.getFullName());

        assertThat(throwing).isEmpty();
    }

    @Test
    void publicClasses_areFinalOrMeantToBeExtended() {
        Stream<String> open = PUBLIC_TYPES.stream()
                .filter(type -> !type.isInterface() && !type.isAnnotation())
                .filter(type -> !type.getModifiers().contains(JavaModifier.FINAL))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .filter(type -> !type.reflect().isSealed())
                .map(JavaClass::getName);

        // The root of the exceptions is what extensions derive theirs from.
        assertThat(open.filter(name -> !name.equals("dev.agentos.api.error.AgentOsException")))
                .isEmpty();
    }

    @Test
    void publicTypesAndMethods_areDocumented() throws IOException {
        List<Path> sources = Project.sources("src/main/java").stream()
                .filter(file -> file.startsWith(Project.root().resolve("agentos-api"))
                        || file.startsWith(Project.root().resolve("agentos-testkit")))
                .toList();

        List<String> undocumented = UndocumentedDeclarations.of(sources);

        assertThat(sources).isNotEmpty();
        assertThat(undocumented).isEmpty();
    }

    private static boolean isImplementedByUsers(JavaClass type) {
        return type.isInterface()
                && (type.isAnnotatedWith(FunctionalInterface.class)
                        || type.getName().equals("dev.agentos.api.tool.Tool")
                        || type.getName().startsWith("dev.agentos.testkit.")); // contracts: interfaces of tests
    }

    private static boolean isChecked(JavaClass thrown) {
        return !thrown.isAssignableTo(RuntimeException.class) && !thrown.isAssignableTo(Error.class);
    }

    private static boolean isVisible(JavaClass type) {
        boolean outer = type.getEnclosingClass().map(PublicApiTest::isVisible).orElse(true);
        return outer && type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static Set<String> publicTypesOfJavaBase(Predicate<String> packages) throws IOException {
        ModuleDescriptor javaBase = Object.class.getModule().getDescriptor();
        Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");
        return javaBase.exports().stream()
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .filter(packages)
                .flatMap(name -> topLevelTypes(root, name))
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .map(Class::getSimpleName)
                .collect(toSet());
    }

    private static Stream<Class<?>> topLevelTypes(Path root, String packageName) {
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name ->
                            name.endsWith(".class") && !name.contains("$") && !name.equals("package-info.class"))
                    .<Class<?>>map(
                            name -> load(packageName + "." + name.substring(0, name.length() - ".class".length())))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
