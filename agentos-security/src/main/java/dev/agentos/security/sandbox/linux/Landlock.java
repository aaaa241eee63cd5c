package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.spi.SandboxPlan.Access;
import dev.agentos.api.spi.SandboxPlan.Network;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/*
 * A ruleset handles every right that the kernel knows, so that all that no rule gives is denied. Making device nodes is
 * given to nobody, nor is ioctl on devices that are opened inside.
 */
/** What the kernel's Landlock can do, by the number of its interface. */
record Landlock(int version) {
    static final long EXECUTE = 1;
    static final long WRITE_FILE = 1 << 1;
    static final long READ_FILE = 1 << 2;
    static final long READ_DIR = 1 << 3;
    static final long REMOVE_DIR = 1 << 4;
    static final long REMOVE_FILE = 1 << 5;
    static final long MAKE_DIR = 1 << 7;
    static final long MAKE_REG = 1 << 8;
    static final long MAKE_SOCK = 1 << 9;
    static final long MAKE_FIFO = 1 << 10;
    static final long MAKE_SYM = 1 << 12;
    static final long REFER = 1 << 13;
    static final long TRUNCATE = 1 << 14;
    static final long IOCTL_DEV = 1 << 15;
    static final long BIND_TCP = 1;
    static final long CONNECT_TCP = 1 << 1;
    static final long ABSTRACT_SOCKETS = 1;
    static final long SIGNALS = 1 << 1;

    /** What a rule for something that is no folder may say. */
    static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;

    /** The first that keeps files from being emptied: without it, what cannot be written can be destroyed. */
    static final int FOR_FILES = 3;

    static final int FOR_PORTS = 4;
    static final int FOR_SIGNALS = 6;

    private static final int ASK_VERSION = 1;
    private static final int RULE_OF_PATH = 1;
    private static final int RULE_OF_PORT = 2;
    private static final int RULESET_BYTES = 24;

    /** Asks the kernel; 0 if there is no Landlock, or it is switched off. */
    static Landlock probe(Native os) {
        long version = os.call(SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, ASK_VERSION);
        return new Landlock((int) Math.max(0, version));
    }

    /** {@return every right over files that this version knows} */
    long files() {
        return switch (version) {
            case 0 -> 0;
            case 1 -> (1 << 13) - 1;
            case 2 -> (1 << 14) - 1;
            case 3, 4 -> (1 << 15) - 1;
            default -> (1 << 16) - 1;
        };
    }

    /** {@return what a rule says for these; what this version does not know is left out, since nobody denies it} */
    long rights(Set<Access> access) {
        long rights = 0;
        for (Access each : access) {
            rights |= switch (each) {
                case READ -> READ_FILE | READ_DIR;
                case LIST -> READ_DIR;
                case WRITE -> WRITE_FILE | TRUNCATE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SOCK | MAKE_SYM | REFER;
                case DELETE -> REMOVE_FILE | REMOVE_DIR;
                case EXECUTE -> EXECUTE | READ_FILE;
            };
        }
        return rights & files();
    }

    /**
     * Makes a ruleset without rules: it denies everything.
     *
     * @return its descriptor, or the negated errno
     */
    long ruleset(Native os, Network network) {
        MemorySegment attributes = os.memory(RULESET_BYTES);
        attributes.set(JAVA_LONG, 0, files());
        int bytes = 8;
        if (version >= FOR_PORTS) {
            // Everything but connecting is denied even to who may reach every port.
            attributes.set(JAVA_LONG, 8, network.everywhere() ? BIND_TCP : BIND_TCP | CONNECT_TCP);
            bytes = 16;
        }
        if (version >= FOR_SIGNALS) {
            attributes.set(JAVA_LONG, 16, ABSTRACT_SOCKETS | SIGNALS);
            bytes = RULESET_BYTES;
        }
        return os.call(SystemCall.LANDLOCK_CREATE_RULESET, attributes.address(), bytes, 0);
    }

    /** {@return 0, or the negated errno} */
    long allowPath(Native os, long ruleset, long fd, long rights) {
        MemorySegment rule = os.memory(16);
        rule.set(JAVA_LONG, 0, rights & files());
        rule.set(JAVA_INT, 8, (int) fd);
        return os.call(SystemCall.LANDLOCK_ADD_RULE, ruleset, RULE_OF_PATH, rule.address());
    }

    /** {@return 0, or the negated errno} */
    long allowPorts(Native os, long ruleset, Network network) {
        for (int port : network.connect()) {
            long result = network.everywhere() ? 0 : allowPort(os, ruleset, port, CONNECT_TCP);
            if (result < 0) {
                return result;
            }
        }
        for (int port : network.listen()) {
            long result = allowPort(os, ruleset, port, BIND_TCP);
            if (result < 0) {
                return result;
            }
        }
        return 0;
    }

    private static long allowPort(Native os, long ruleset, int port, long rights) {
        MemorySegment rule = os.memory(16);
        rule.set(JAVA_LONG, 0, rights);
        rule.set(JAVA_LONG, 8, port);
        return os.call(SystemCall.LANDLOCK_ADD_RULE, ruleset, RULE_OF_PORT, rule.address());
    }
}
