package dev.agentos.tools.file;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Absolute path in the one spelling that is accepted: {@code /a/b}, no empty, {@code .} or {@code ..} segment, no
 * trailing slash.
 *
 * <p>Pure text: nothing here looks at a disk. Other spellings are refused instead of being repaired, because a
 * repaired path is one that the person who granted it never wrote. Nor is Unicode normalised: to the kernel, names that
 * look alike are different files, and opening one for the other would defeat the check that came before.
 */
record FilePath(List<String> segments) {
    /** Longest path in bytes that Linux takes, its terminating NUL not counted. */
    static final int MAX_BYTES = 4_095;

    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_DEPTH = 128;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    FilePath {
        segments = List.copyOf(segments);
        if (segments.size() > MAX_DEPTH) {
            throw invalid("more than " + MAX_DEPTH + " segments");
        }
        long bytes = 0;
        for (String segment : segments) {
            bytes += 1 + checkSegment(segment);
        }
        if (bytes > MAX_BYTES) {
            throw invalid("more than " + MAX_BYTES + " bytes");
        }
    }

    /**
     * Returns the path written as {@code text}.
     *
     * @throws FileRefusedException with {@link FileProblem#INVALID_PATH} if it is not absolute and canonical
     */
    static FilePath parse(String text) {
        checkStart(text);
        if (!text.startsWith("/")) {
            throw invalid("it must be absolute");
        }
        return text.equals("/") ? new FilePath(List.of()) : new FilePath(split(text.substring(1)));
    }

    /** Returns the path written as {@code text}, which may also be relative to {@code base} ({@code .} is the base). */
    static FilePath parse(String text, FilePath base) {
        checkStart(text);
        if (text.startsWith("/")) {
            return parse(text);
        }
        return text.equals(".") ? base : base.resolve(split(text));
    }

    private static void checkStart(String text) {
        if (text.isEmpty()) {
            throw invalid("it is empty");
        }
        if (text.length() > MAX_BYTES) {
            // Before anything is split: a caller must not make us build a million segments first.
            throw invalid("more than " + MAX_BYTES + " bytes");
        }
        if (text.startsWith("~")) {
            throw invalid("'~' is not expanded");
        }
    }

    private static List<String> split(String text) {
        return List.of(text.split("/", -1));
    }

    private FilePath resolve(List<String> more) {
        return new FilePath(Stream.concat(segments.stream(), more.stream()).toList());
    }

    /** {@return the directory that this is in; empty for the root of all} */
    Optional<FilePath> parent() {
        return segments.isEmpty()
                ? Optional.empty()
                : Optional.of(new FilePath(segments.subList(0, segments.size() - 1)));
    }

    /** {@return whether this is {@code root} or something below it} */
    boolean isWithin(FilePath root) {
        return segments.size() >= root.segments.size()
                && segments.subList(0, root.segments.size()).equals(root.segments);
    }

    /**
     * Returns the segments below {@code root}, none for the root itself.
     *
     * @throws FileRefusedException with {@link FileProblem#OUTSIDE_ROOT} if this is not within the root
     */
    List<String> below(FilePath root) {
        if (!isWithin(root)) {
            throw new FileRefusedException(FileProblem.OUTSIDE_ROOT, "the path is outside the granted root");
        }
        return segments.subList(root.segments.size(), segments.size());
    }

    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }

    /** Returns whether a name found on disk could be written in a path, so that listings show no other. */
    static boolean isAddressable(String name) {
        try {
            checkSegment(name);
            return true;
        } catch (FileRefusedException e) {
            return false;
        }
    }

    private static int checkSegment(String segment) {
        switch (segment) {
            case "" -> throw invalid("it has an empty segment ('//' or a trailing '/')");
            case ".", ".." -> throw invalid("the segment '" + segment + "' is not allowed");
            default -> {}
        }
        segment.codePoints().forEach(FilePath::checkCodePoint);
        int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_NAME_BYTES) {
            throw invalid("a segment has more than " + MAX_NAME_BYTES + " bytes");
        }
        return bytes;
    }

    private static void checkCodePoint(int c) {
        boolean refused = switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // Invisible or reordering (bidi overrides, tags, soft hyphen): names that a reader of the action
            // log would misread. The two joiners are ordinary spelling in several scripts and in emoji.
            case Character.FORMAT -> c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER;
            default -> c == '/';
        };
        if (refused) {
            throw invalid("the character U+%04X is not allowed".formatted(c));
        }
    }

    private static FileRefusedException invalid(String why) {
        // The text itself stays out: it may hold the very characters that must not reach a terminal.
        return new FileRefusedException(FileProblem.INVALID_PATH, "not a valid path: " + why);
    }
}
