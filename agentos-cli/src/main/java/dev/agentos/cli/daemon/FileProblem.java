package dev.agentos.cli.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what is wrong with a file in words: the messages of these exceptions are mostly no more than its name. */
public final class FileProblem {
    private FileProblem() {}

    /** {@return one line} */
    public static String of(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException exists -> exists.getFile() + " is no folder";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
