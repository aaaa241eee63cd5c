package dev.agentos.tools.file;

import dev.agentos.api.error.AgentOsException;
import org.jspecify.annotations.Nullable;

/** Thrown when a file operation is refused or fails. The message names paths relative to the root only. */
final class FileRefusedException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final FileProblem problem;

    FileRefusedException(FileProblem problem, String message) {
        this(problem, message, null);
    }

    FileRefusedException(FileProblem problem, String message, @Nullable Throwable cause) {
        super(problem.code(), message, cause);
        this.problem = problem;
    }

    FileProblem problem() {
        return problem;
    }

    /** Returns {@code result} unless it is a negated {@code errno}, which is thrown. */
    static long check(long result, String shown) {
        if (result >= 0) {
            return result;
        }
        throw of((int) -result, shown);
    }

    static FileRefusedException of(int errno, String shown) {
        FileProblem problem = switch (errno) {
            case Linux.ENOENT -> FileProblem.NOT_FOUND;
            case Linux.EEXIST -> FileProblem.EXISTS;
            case Linux.ENOTEMPTY -> FileProblem.NOT_EMPTY;
            // With symbolic links refused, ELOOP no longer means "too many" but "one".
            case Linux.ELOOP -> FileProblem.SYMBOLIC_LINK;
            case Linux.EXDEV -> FileProblem.OUTSIDE_ROOT;
            case Linux.ENOTDIR -> FileProblem.NOT_A_DIRECTORY;
            case Linux.EISDIR, Linux.ENXIO -> FileProblem.NOT_A_REGULAR_FILE;
            case Linux.EACCES, Linux.EPERM -> FileProblem.PERMISSION;
            case Linux.ENAMETOOLONG -> FileProblem.INVALID_PATH;
            case Linux.EFBIG, Linux.ENOSPC -> FileProblem.TOO_LARGE;
            case Linux.ENOSYS -> FileProblem.UNSUPPORTED;
            default -> FileProblem.IO;
        };
        return new FileRefusedException(problem, shown + ": " + describe(problem, errno));
    }

    private static String describe(FileProblem problem, int errno) {
        return switch (problem) {
            case NOT_FOUND -> "no such file or directory";
            case EXISTS -> "exists already";
            case NOT_EMPTY -> "the directory is not empty";
            case SYMBOLIC_LINK -> "a symbolic link is on the path";
            case OUTSIDE_ROOT -> "leads out of the granted root";
            case NOT_A_DIRECTORY -> "not a directory";
            case NOT_A_REGULAR_FILE -> "not a regular file";
            case PERMISSION -> "the operating system denies it";
            case INVALID_PATH -> "the path is too long";
            case TOO_LARGE -> "no space, or the file would be too large";
            case UNSUPPORTED -> "this platform cannot open files safely beneath a root";
            case HARD_LINK, DENIED_INODE, CANCELLED, IO -> "operating system error " + errno;
        };
    }
}
