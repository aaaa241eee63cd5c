package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mvnw}: the pinned Maven where it can be had, an installed one where it cannot. */
@DisabledOnOs(OS.WINDOWS)
class MavenWrapperTest {
    @TempDir
    Path folder;

    private Path checkout;
    private Path programs;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a checkout"));
        Files.createDirectories(checkout.resolve(".mvn/wrapper"));
        Files.copy(Project.root().resolve(".mvn/find-jdk.sh"), checkout.resolve(".mvn/find-jdk.sh"));
        Files.copy(Project.root().resolve("mvnw"), checkout.resolve("mvnw"));
        // Programs of this machine, but not Maven.
        programs = Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of(
                "bash",
                "env",
                "sed",
                "readlink",
                "mkdir",
                "mktemp",
                "rm",
                "mv",
                "tar",
                "gzip",
                "curl",
                "cut",
                "sha512sum",
                "shasum",
                "cat",
                "dirname")) {
            Path program = Path.of("/usr/bin", name);
            if (Files.exists(program)) {
                Files.writeString(programs.resolve(name), "#!/bin/sh\nexec " + program + " \"$@\"\n");
                executable(programs.resolve(name));
            }
        }
    }

    @Test
    void start_downloadsThePinnedMavenOnce() throws Exception {
        Path archive = publish("9.9.9");
        pin("9.9.9", archive, sha512(archive));

        Program.Result first = maven("verify", "-Dx=a b").run();
        Files.delete(archive);
        Program.Result second = maven("verify").run();

        assertThat(first.succeeded().out()).isEqualTo("pinned in " + checkout + ": verify -Dx=a b\n");
        assertThat(second.succeeded().out()).isEqualTo("pinned in " + checkout + ": verify\n");
    }

    @Test
    void start_takesTheRepositoryOfTheEnvironment() throws Exception {
        Path archive = publish("9.9.9");
        pin("9.9.9", folder.resolve("nowhere"), sha512(archive));
        Path place = folder.resolve("repository/org/apache/maven/apache-maven/9.9.9");
        Files.createDirectories(place);
        Files.move(archive, place.resolve("apache-maven-9.9.9-bin.tar.gz"));

        Program.Result result = maven("verify")
                .with("MVNW_REPOURL", "file://" + folder.resolve("repository") + "/")
                .run();

        assertThat(result.succeeded().out()).startsWith("pinned in ");
    }

    @Test
    void start_takesAnInstalledMaven_whenTheDownloadFails() throws Exception {
        pin("9.9.9", folder.resolve("nowhere"), "0");
        script(
                programs.resolve("mvn"),
                "[ \"$1\" != -v ] || { echo 'Apache Maven 3.8.7'; exit; }; echo \"installed: $*\"");

        Program.Result result = maven("verify").run();

        assertThat(result.succeeded().out()).isEqualTo("installed: verify\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void start_fails_whenTheInstalledMavenIsTooOld() throws Exception {
        pin("9.9.9", folder.resolve("nowhere"), "0");
        script(programs.resolve("mvn"), "echo 'Apache Maven 3.6.3'");

        Program.Result result = maven("verify").run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("nowhere", "Maven 9.9.9 could not be downloaded and none from 3.8 on");
    }

    @Test
    void start_refusesAnArchive_whenItsChecksumDiffers() throws Exception {
        pin("9.9.9", publish("9.9.9"), "0123");

        Program.Result result = maven("verify").run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("differs from the pinned one");
        assertThat(folder.resolve("maven home/wrapper/agentos")).isEmptyDirectory();
    }

    @Test
    void pinnedVersion_isCompleteAndNamesOneRelease() {
        List<String> lines = Project.lines(Project.root().resolve(".mvn/wrapper/maven-wrapper.properties"));

        String version = property(lines, "distributionVersion");

        assertThat(property(lines, "distributionUrl")).contains("/" + version + "/", "apache-maven-" + version);
        assertThat(property(lines, "distributionSha512Sum")).matches("[0-9a-f]{128}");
    }

    private Program maven(String... arguments) {
        var command = new ArrayList<>(List.of(checkout.resolve("mvnw").toString()));
        command.addAll(List.of(arguments));
        return new Program(command, folder, Map.of())
                .with("PATH", programs.toString())
                .with("MAVEN_USER_HOME", folder.resolve("maven home").toString());
    }

    private void pin(String version, Path archive, String digest) throws IOException {
        Files.writeString(
                checkout.resolve(".mvn/wrapper/maven-wrapper.properties"),
                "# A comment.\ndistributionVersion=%s\ndistributionUrl=file://%s\ndistributionSha512Sum=%s\n"
                        .formatted(version, archive, digest));
    }

    /** Makes the archive of a Maven that tells how it was started. */
    private Path publish(String version) throws IOException {
        String name = "apache-maven-" + version;
        Files.createDirectories(folder.resolve(name).resolve("bin"));
        script(folder.resolve(name).resolve("bin/mvn"), "echo \"pinned in $PWD: $*\"");
        Path archive = folder.resolve("maven.tar.gz");
        Program.of(folder, "tar", "-czf", archive.toString(), name).run().succeeded();
        return archive;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String property(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private static String sha512(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
    }
}
