package dev.agentos.tools.file;

import dev.agentos.api.error.ErrorCode;

/** Why a file operation was refused or failed; stable, so that callers and tests can switch over it. */
enum FileProblem {
    /** The text is no canonical path; found before any system call. */
    INVALID_PATH(ErrorCode.ARGUMENTS_INVALID),
    /** The path is not beneath the root that was granted. */
    OUTSIDE_ROOT(ErrorCode.DENIED),
    /** A symbolic link stands somewhere on the path. */
    SYMBOLIC_LINK(ErrorCode.DENIED),
    /** The target is a directory, a device, a pipe, a socket or a file of a kernel file system. */
    NOT_A_REGULAR_FILE(ErrorCode.DENIED),
    /** Something on the path, or the target of a listing, is not a directory. */
    NOT_A_DIRECTORY(ErrorCode.TOOL_FAILED),
    /** The file has more than one name, so that one of them may lie outside the root. */
    HARD_LINK(ErrorCode.DENIED),
    /** The inode is on the deny list, whatever name led to it. */
    DENIED_INODE(ErrorCode.DENIED),
    /** Nothing has that name. */
    NOT_FOUND(ErrorCode.TOOL_FAILED),
    /** The name is taken and the operation must not replace it. */
    EXISTS(ErrorCode.TOOL_FAILED),
    /** The directory to delete holds something. */
    NOT_EMPTY(ErrorCode.TOOL_FAILED),
    /** More bytes than the operation may take. */
    TOO_LARGE(ErrorCode.TOOL_FAILED),
    /** The operating system's own permissions say no. */
    PERMISSION(ErrorCode.TOOL_FAILED),
    /** No beneath-root opener on this platform: nothing is opened at all. */
    UNSUPPORTED(ErrorCode.TOOL_FAILED),
    /** The operation was interrupted or ran into its deadline. */
    CANCELLED(ErrorCode.TOOL_TIMEOUT),
    /** Anything else that the operating system reported; the message carries its number. */
    IO(ErrorCode.TOOL_FAILED);

    private final ErrorCode code;

    FileProblem(ErrorCode code) {
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
