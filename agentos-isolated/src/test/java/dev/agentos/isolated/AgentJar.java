package dev.agentos.isolated;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles agents into a jar: what is not trusted is never on the class path of the tests. */
final class AgentJar {
    private static final String IMPORTS = """
            import dev.agentos.api.*;
            import dev.agentos.api.error.*;
            import dev.agentos.api.json.*;
            import dev.agentos.api.message.*;
            import dev.agentos.api.security.*;
            import java.io.*;
            import java.math.*;
            import java.net.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            """;

    private final Map<String, String> sources = new TreeMap<>();

    /** A source file with one class of that name. */
    AgentJar with(String className, String source) {
        int dot = className.lastIndexOf('.');
        String packaged = dot < 0 ? "" : "package " + className.substring(0, dot) + ";\n";
        sources.put(className.replace('.', '/'), packaged + IMPORTS + source);
        return this;
    }

    /** An agent whose {@code run} is these statements. */
    AgentJar run(String className, String statements) {
        return with(
                className,
                "public class " + className
                        + " implements Agent { public void run(AgentContext ctx) throws Exception {\n" + statements
                        + "\n}}");
    }

    Path in(Path folder) {
        Path classes = folder.resolve("classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try {
            Files.createDirectories(classes);
            List<JavaFileObject> files = new ArrayList<>();
            sources.forEach((name, text) -> files.add(new Source(name, text)));
            boolean compiled = compiler.getTask(
                            said,
                            null,
                            null,
                            List.of(
                                    "-d",
                                    classes.toString(),
                                    "-proc:none",
                                    "-parameters",
                                    "-cp",
                                    System.getProperty("java.class.path") + ":" + place()),
                            null,
                            files)
                    .call();
            if (!compiled) {
                throw new IllegalStateException(said.toString());
            }
            return pack(classes, folder.resolve("agents.jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String place() {
        return Path.of(URI.create(dev.agentos.api.Agent.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                var out = new JarOutputStream(file);
                var all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public String toString() {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }
    }
}
