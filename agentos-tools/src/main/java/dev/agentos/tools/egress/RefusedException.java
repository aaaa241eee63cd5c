package dev.agentos.tools.egress;

import dev.agentos.tools.http.HttpRefusedException;
import org.jspecify.annotations.Nullable;

/** Thrown when a connection does not come about; the message is for the process, and holds nothing of it but canonical names. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the process is told, and whether it has tried what it may not. */
    enum Kind {
        /** Not HTTP as it is read here, in one way only. */
        MALFORMED("400 Bad Request", true),
        /** No right, or an address that no right opens. */
        DENIED("403 Forbidden", true),
        /** Too slow with its request. */
        SLOW("408 Request Timeout", true),
        /** More than is read. */
        TOO_LARGE("431 Request Header Fields Too Large", true),
        /** More connections than are served. */
        TOO_MANY("503 Service Unavailable", true),
        /** The host cannot be found or reached, which is nobody's fault. */
        FAILED("502 Bad Gateway", false);

        private final String status;
        private final boolean violation;

        Kind(String status, boolean violation) {
            this.status = status;
            this.violation = violation;
        }

        String status() {
            return status;
        }

        boolean isViolation() {
            return violation;
        }
    }

    private final Kind kind;

    RefusedException(Kind kind, String message) {
        this(kind, message, null);
    }

    RefusedException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns the same for what was refused by what {@code http.request} stands on. */
    static RefusedException of(HttpRefusedException e) {
        Kind kind = switch (e.problem()) {
            case INVALID_URL, INVALID_REQUEST, UNSUPPORTED_ENCODING -> Kind.MALFORMED;
            case ADDRESS_DENIED, REDIRECT_DENIED, TOO_MANY_HOPS -> Kind.DENIED;
            case UNKNOWN_HOST, CONNECTION, TIMEOUT, CANCELLED -> Kind.FAILED;
        };
        return new RefusedException(kind, String.valueOf(e.getMessage()), e);
    }

    static RefusedException malformed(String why) {
        return new RefusedException(Kind.MALFORMED, why);
    }

    static RefusedException denied(String why) {
        return new RefusedException(Kind.DENIED, why);
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
