package dev.agentos.tools.file;

/** Why a file operation was refused or failed; stable, so that callers and tests can switch over it. */
enum FileProblem {
    /** The text is no canonical path; found before any system call. */
    INVALID_PATH,
    /** The path is not beneath the root that was granted. */
    OUTSIDE_ROOT,
    /** A symbolic link stands somewhere on the path. */
    SYMBOLIC_LINK,
    /** The target is a directory, a device, a pipe, a socket or a file of a kernel file system. */
    NOT_A_REGULAR_FILE,
    /** Something on the path, or the target of a listing, is not a directory. */
    NOT_A_DIRECTORY,
    /** The file has more than one name, so that one of them may lie outside the root. */
    HARD_LINK,
    /** The inode is on the deny list, whatever name led to it. */
    DENIED_INODE,
    /** Nothing has that name. */
    NOT_FOUND,
    /** The name is taken and the operation must not replace it. */
    EXISTS,
    /** The directory to delete holds something. */
    NOT_EMPTY,
    /** More bytes than the operation may take. */
    TOO_LARGE,
    /** The operating system's own permissions say no. */
    PERMISSION,
    /** No beneath-root opener on this platform: nothing is opened at all. */
    UNSUPPORTED,
    /** The operation was interrupted or ran into its deadline. */
    CANCELLED,
    /** Anything else that the operating system reported; the message carries its number. */
    IO
}
