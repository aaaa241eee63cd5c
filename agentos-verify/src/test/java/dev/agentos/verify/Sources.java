package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Java sources of a program that a test writes, compiles and packages. */
final class Sources {
    private final Path folder;

    Sources(Path folder) {
        this.folder = folder;
    }

    Sources add(String path, String text) throws IOException {
        Path file = folder.resolve("java").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** Compiles everything added; fails with the compiler's words. */
    Sources compile(List<String> options) throws IOException {
        assertThat(problems(options)).isEmpty();
        return this;
    }

    /** {@return what the compiler says of everything added; empty if it compiles} */
    String problems(List<String> options) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(folder.resolve("java"))) {
            var arguments = new ArrayList<>(List.of("-d", classes().toString(), "-proc:none", "--release", "25"));
            arguments.addAll(options);
            var units = files.getJavaFileObjectsFromPaths(
                    sources.filter(file -> file.toString().endsWith(".java")).toList());
            boolean compiled =
                    compiler.getTask(said, files, null, arguments, null, units).call();
            return compiled ? "" : said.toString();
        }
    }

    Path classes() {
        return folder.resolve("classes");
    }

    /** Packages the compiled classes. */
    void jar(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                var jar = new JarOutputStream(out);
                Stream<Path> compiled = Files.walk(classes())) {
            for (Path path : compiled.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes().relativize(path).toString()));
                Files.copy(path, jar);
                jar.closeEntry();
            }
        }
    }
}
