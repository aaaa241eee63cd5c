package dev.agentos.security.sandbox.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/*
 * What is not here on purpose: /proc (command lines of everybody), /etc as a whole (passwords, keys, names of users), /dev
 * (disks, terminals), /run and /var (sockets, logs), /home, /root, /opt, /srv, /tmp.
 */
/** What every process may read, since it is the system's and without it nothing runs. */
final class SystemFiles {
    /** Programs and libraries: read and execute. */
    static final List<String> PROGRAMS =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store");

    /** Settings that libraries read, none of them secret. */
    static final List<String> SETTINGS = List.of(
            "/etc/ld.so.cache",
            "/etc/ld.so.preload",
            "/etc/nsswitch.conf",
            "/etc/localtime",
            "/etc/ssl/certs",
            "/etc/ssl/openssl.cnf",
            "/etc/ca-certificates",
            "/etc/pki/tls/certs",
            "/etc/alternatives");

    /** How names are resolved, for who may reach the network. */
    static final List<String> NETWORK_SETTINGS =
            List.of("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/services");

    static final List<String> READ_DEVICES = List.of("/dev/random", "/dev/urandom");
    static final List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/full");

    private static final long EXECUTE = Landlock.EXECUTE | Landlock.READ_FILE | Landlock.READ_DIR;
    private static final long READ = Landlock.READ_FILE | Landlock.READ_DIR;
    private static final long WRITE = Landlock.READ_FILE | Landlock.WRITE_FILE | Landlock.TRUNCATE;

    private SystemFiles() {}

    /** A path and what may be done with it and what is below; links have been followed. */
    record Rule(Path path, long rights) {
        /** {@return whether this one says already what another one says} */
        private boolean includes(Rule other) {
            return other.path.startsWith(path) && (rights & other.rights) == other.rights;
        }
    }

    /** {@return the rules of this machine; what another one includes is left out} */
    static List<Rule> rules() {
        var rules = new ArrayList<Rule>();
        add(rules, PROGRAMS, EXECUTE);
        add(rules, SETTINGS, READ);
        add(rules, READ_DEVICES, Landlock.READ_FILE);
        add(rules, DEVICES, WRITE);
        return List.copyOf(rules);
    }

    /** {@return what is added for a process with a network} */
    static List<Rule> networkRules() {
        var rules = new ArrayList<Rule>();
        add(rules, NETWORK_SETTINGS, READ);
        return List.copyOf(rules);
    }

    /** {@return the rule for a file or folder of a program; none if it is not there, or the system's rules include it} */
    static List<Rule> programRule(List<Rule> system, Path program) {
        var rules = new ArrayList<>(system);
        add(rules, List.of(program.toString()), EXECUTE);
        return rules.subList(system.size(), rules.size());
    }

    private static void add(List<Rule> rules, List<String> paths, long rights) {
        for (String path : paths) {
            try {
                var rule = new Rule(Path.of(path).toRealPath(), rights);
                if (rules.stream().noneMatch(other -> other.includes(rule)) && Files.isReadable(rule.path)) {
                    rules.add(rule);
                }
            } catch (IOException e) {
                // Not on this machine.
            }
        }
    }
}
