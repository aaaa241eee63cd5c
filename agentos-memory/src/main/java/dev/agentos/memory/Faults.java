package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean for the one who runs the program, and what to do about them. */
final class Faults {
    private static final int PRIMARY_CODE = 0xff;
    private static final int PERM = 3;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READONLY = 8;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int TOOBIG = 18;
    private static final int CONSTRAINT = 19;
    private static final int MISMATCH = 20;
    private static final int AUTH = 23;
    private static final int NOTADB = 26;

    private final String store;

    Faults(Path file) {
        this("the store " + file);
    }

    Faults(String store) {
        this.store = store;
    }

    static Faults inMemory() {
        return new Faults("the store in memory");
    }

    /** Whether it is about the row at hand: the next one may well be written. */
    static boolean isOfRow(SQLException e) {
        return switch (e.getErrorCode() & PRIMARY_CODE) {
            case TOOBIG, CONSTRAINT, MISMATCH -> true;
            default -> false;
        };
    }

    StorageException of(DataAccessException e) {
        return e.getCause() instanceof SQLException cause ? of(cause) : because("cannot be read: " + e.getMessage(), e);
    }

    StorageException of(SQLException e) {
        Problem problem = problem(e);
        String what = switch (problem) {
            case LOCKED -> "is locked by another program: close that program and try again";
            case READ_ONLY -> "cannot be written: give this user write access to the file and its folder";
            case FULL -> "has no space left on its disk: free some, what was acknowledged is safe and work goes on";
            case CORRUPT ->
                "is damaged, or no SQLite database: restore a copy, or move the file away to begin a new one";
            case UNUSABLE -> "cannot be opened: check that its folder exists and that this user may write there";
            case NEWER_VERSION, CLOSED, FAILED -> otherwise(e);
        };
        return because(problem, what + " (" + e.getMessage() + ")", e);
    }

    private static Problem problem(SQLException e) {
        return switch (e.getErrorCode() & PRIMARY_CODE) {
            case BUSY, LOCKED -> Problem.LOCKED;
            case READONLY, PERM, AUTH -> Problem.READ_ONLY;
            case FULL -> Problem.FULL;
            case CORRUPT, NOTADB -> Problem.CORRUPT;
            case CANTOPEN -> Problem.UNUSABLE;
            // The index of the write-ahead log finds no room in another way than the files do.
            case IOERR -> isOf(e, SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) ? Problem.FULL : Problem.FAILED;
            default -> Problem.FAILED;
        };
    }

    private static boolean isOf(SQLException e, SQLiteErrorCode code) {
        return e instanceof SQLiteException exact && exact.getResultCode() == code;
    }

    private static String otherwise(SQLException e) {
        return switch (e.getErrorCode() & PRIMARY_CODE) {
            case IOERR -> "failed on its disk: check the disk, what was acknowledged before is not affected";
            case TOOBIG, CONSTRAINT, MISMATCH -> "refused a row";
            default -> "failed";
        };
    }

    StorageException closed() {
        return because(Problem.CLOSED, "is closed", null);
    }

    /** Something that no kind of problem is made for. */
    StorageException because(String what) {
        return because(Problem.FAILED, what, null);
    }

    StorageException because(String what, @Nullable Throwable cause) {
        return because(Problem.FAILED, what, cause);
    }

    StorageException because(Problem problem, String what) {
        return because(problem, what, null);
    }

    StorageException because(Problem problem, String what, @Nullable Throwable cause) {
        return new StorageException(problem, store + " " + what, cause);
    }
}
