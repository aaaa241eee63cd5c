package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FileRefusedExceptionTest {
    @ParameterizedTest
    @CsvSource({
        "2, NOT_FOUND",
        "17, EXISTS",
        "39, NOT_EMPTY",
        "40, SYMBOLIC_LINK",
        "18, OUTSIDE_ROOT",
        "20, NOT_A_DIRECTORY",
        "21, NOT_A_REGULAR_FILE",
        "6, NOT_A_REGULAR_FILE",
        "1, PERMISSION",
        "13, PERMISSION",
        "36, INVALID_PATH",
        "27, TOO_LARGE",
        "28, TOO_LARGE",
        "38, UNSUPPORTED",
        "5, IO",
        "22, IO",
        "116, IO",
    })
    void of_namesTheProblem_forEachErrorOfTheKernel(int errno, FileProblem problem) {
        FileRefusedException refused = FileRefusedException.of(errno, "a/b");

        assertThat(refused.problem()).isEqualTo(problem);
        assertThat(refused).hasMessageStartingWith("a/b: ");
        assertThat(refused.code()).isEqualTo(problem.code());
    }

    @Test
    void of_keepsTheNumber_whenThereIsNoWordForIt() {
        assertThat(FileRefusedException.of(116, "a")).hasMessage("a: operating system error 116");
    }

    @Test
    void check_passesResultsOn_andThrowsNegatedErrors() {
        assertThat(FileRefusedException.check(7, "a")).isEqualTo(7);
        assertThat(FileRefusedException.check(0, "a")).isZero();
        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> FileRefusedException.check(-Linux.ENOENT, "a"))
                .withMessage("a: no such file or directory");
    }

    @ParameterizedTest
    @EnumSource(
            value = FileProblem.class,
            names = {"OUTSIDE_ROOT", "SYMBOLIC_LINK", "HARD_LINK", "DENIED_INODE", "NOT_A_REGULAR_FILE"})
    void code_isADenial_whenTheRuleAndNotTheDiskSaysNo(FileProblem problem) {
        assertThat(problem.code()).isEqualTo(ErrorCode.DENIED);
    }
}
