package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {
    private static final FilePath BASE = FilePath.parse("/ws/agent");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b.txt", "/a b/ü/日本", "/a/...", "/a/.hidden", "/a/x~", "/a/‌b", "/．．／etc"})
    void parse_givesTheSameText_whenCanonical(String text) {
        FilePath path = FilePath.parse(text);

        assertThat(path).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../x",
                "a/../../x",
                "/../etc/passwd",
                "/a/../b",
                "/a/..",
                "~",
                "~/x",
                "~root/x",
                "//",
                "//a",
                "/a//b",
                "/a/",
                "/a/.",
                "/./a",
                "/.",
                "..",
                "./a",
                "a/./b",
                "a/"
            })
    void parse_isInvalid_whenNotCanonical(String text) {
        assertInvalid(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a\0b",
                "/a\nb",
                "/a\rb",
                "/a\tb",
                "/a\u001bb",
                "/a\u007fb",
                "/a\u0085b",
                "/a\u202eb",
                "/a\u2066b",
                "/a\u200fb",
                "/a\u2028b",
                "/a\u2029b",
                "/a\ufeffb",
                "/a\u00adb",
                "/a\udb40\udc41b"
            })
    void parse_isInvalid_whenACharacterWouldHideTheName(String text) {
        assertInvalid(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\ud800", "/\udc00b", "/a\udc00\ud800b"})
    void parse_isInvalid_whenUtf16IsBroken(String text) {
        assertInvalid(text);
    }

    @Test
    void parse_isInvalid_whenLongerThanPathMax() {
        String text = "/" + "a".repeat(200).concat("/").repeat(30).substring(0, 4_096);

        assertInvalid(text);
    }

    @Test
    void parse_countsBytesNotCharacters_whenTheNameIsNotAscii() {
        String fits = "/" + "ü".repeat(127);
        String tooLong = "/" + "ü".repeat(128);

        assertThat(FilePath.parse(fits)).hasToString(fits);
        assertInvalid(tooLong);
    }

    @Test
    void parse_isInvalid_whenDeeperThanAnyoneNeeds() {
        String deep = "/d".repeat(4_096).substring(0, 4_094);

        assertInvalid(deep);
    }

    @Test
    void parse_resolvesAgainstTheBase_whenRelative() {
        FilePath file = FilePath.parse("notes/today.txt", BASE);

        assertThat(file).hasToString("/ws/agent/notes/today.txt");
        assertThat(FilePath.parse(".", BASE)).isEqualTo(BASE);
        assertThat(FilePath.parse("/etc/x", BASE)).hasToString("/etc/x");
    }

    @Test
    void parse_checksTheResolvedPath_whenBaseAndTextAreLongTogether() {
        var deepBase = new FilePath(List.of("d".repeat(255), "e".repeat(255)));

        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> FilePath.parse("f/".repeat(1_900) + "g", deepBase))
                .matches(e -> e.problem() == FileProblem.INVALID_PATH);
    }

    @Test
    void parse_doesNotNormaliseUnicode_whenTwinsLookAlike() {
        FilePath composed = FilePath.parse("/caf\u00e9");
        FilePath decomposed = FilePath.parse("/cafe\u0301");

        assertThat(composed).isNotEqualTo(decomposed);
        assertThat(FilePath.parse("/A")).isNotEqualTo(FilePath.parse("/a"));
    }

    @Test
    void isWithin_comparesSegments_whenNamesShareAPrefix() {
        FilePath root = FilePath.parse("/data");

        assertThat(FilePath.parse("/data").isWithin(root)).isTrue();
        assertThat(FilePath.parse("/data/x").isWithin(root)).isTrue();
        assertThat(FilePath.parse("/data2").isWithin(root)).isFalse();
        assertThat(FilePath.parse("/dat").isWithin(root)).isFalse();
    }

    @Test
    void below_namesNoPath_whenOutside() {
        FilePath outside = FilePath.parse("/etc/shadow");

        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> outside.below(BASE))
                .matches(e -> e.problem() == FileProblem.OUTSIDE_ROOT)
                .withMessageNotContainingAny("/etc", "/ws");
    }

    @Property
    void parse_roundTripsOrIsInvalid_forAnyText(@ForAll @StringLength(max = 60) String text) {
        try {
            FilePath path = FilePath.parse("/" + text);

            assertThat(path).hasToString("/" + text);
            assertThat(FilePath.parse(path.toString())).isEqualTo(path);
            assertThat(path.segments())
                    .doesNotContain("", ".", "..")
                    .noneMatch(s -> s.contains("/") || s.contains("\0"));
        } catch (FileRefusedException e) {
            assertThat(e.problem()).isEqualTo(FileProblem.INVALID_PATH);
        }
    }

    @Property
    void parse_staysBeneathItsBase_forAnyRelativeText(@ForAll @StringLength(min = 1, max = 60) String text) {
        try {
            FilePath path = FilePath.parse(text, BASE);

            assertThat(path.isWithin(BASE) || text.startsWith("/")).isTrue();
        } catch (FileRefusedException e) {
            assertThat(e.problem()).isEqualTo(FileProblem.INVALID_PATH);
        }
    }

    private static void assertInvalid(String text) {
        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> FilePath.parse(text, BASE))
                .matches(e -> e.problem() == FileProblem.INVALID_PATH)
                .withMessageStartingWith("not a valid path: ");
    }
}
