package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

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

    private Faults(String store) {
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
        String what = switch (e.getErrorCode() & PRIMARY_CODE) {
            case BUSY, LOCKED -> "is locked by another program: close that program and try again";
            case READONLY, PERM, AUTH -> "cannot be written: give this user write access to the file and its folder";
            case FULL -> "has no space left on its disk: free some, what was acknowledged is safe and work goes on";
            case CORRUPT, NOTADB ->
                "is damaged, or no SQLite database: restore a copy, or move the file away to begin a new one";
            case CANTOPEN -> "cannot be opened: check that its folder exists and that this user may write there";
            case IOERR -> "failed on its disk: check the disk, what was acknowledged before is not affected";
            case TOOBIG, CONSTRAINT, MISMATCH -> "refused a row";
            default -> "failed";
        };
        return because(what + " (" + e.getMessage() + ")", e);
    }

    StorageException closed() {
        return because("is closed");
    }

    /** Something else about this store. */
    StorageException because(String what) {
        return because(what, null);
    }

    StorageException because(String what, @Nullable Throwable cause) {
        return new StorageException(store + " " + what, cause);
    }
}
