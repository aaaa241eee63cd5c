package dev.agentos.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramPathTest {
    @TempDir
    private Path temp;

    private Path first;
    private Path second;
    private ProgramPath path;

    @BeforeEach
    void makeFolders() throws IOException {
        first = Files.createDirectory(temp.resolve("first"));
        second = Files.createDirectory(temp.resolve("second"));
        path = new ProgramPath(List.of(first, second));
    }

    @Test
    void find_takesTheFirstFolder_thatHasTheProgram() throws IOException {
        program(second.resolve("only"));
        program(first.resolve("both"));
        program(second.resolve("both"));

        assertThat(path.find("only")).contains(second.resolve("only"));
        assertThat(path.find("both")).contains(first.resolve("both"));
    }

    @Test
    void find_skips_whatIsNoProgram() throws IOException {
        Files.createDirectory(first.resolve("tool"));
        Files.writeString(first.resolve("text"), "not executable");
        program(second.resolve("tool"));

        assertThat(path.find("tool")).contains(second.resolve("tool"));
        assertThat(path.find("text")).isEmpty();
    }

    @Test
    void find_staysWithWhatItFound_soThatAnActionMeansTheSame() throws IOException {
        program(second.resolve("tool"));
        path.find("tool");

        program(first.resolve("tool"));

        assertThat(path.find("tool")).contains(second.resolve("tool"));
    }

    @Test
    void find_looksAgain_whenThereWasNothing() throws IOException {
        assertThat(path.find("later")).isEmpty();

        program(first.resolve("later"));

        assertThat(path.find("later")).contains(first.resolve("later"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../first/x", "a/b", "a b", "a\0", "-rf", "*", "$(x)", "ä"})
    void find_findsNothing_whenTheNameIsNone(String name) {
        assertThat(path.find(name)).isEmpty();
    }

    private static void program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
