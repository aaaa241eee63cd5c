package dev.agentos.verify.sandbox;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.testkit.LeakCheck;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Tries all cases as whoever runs it, and prints one line for each: its number, a tab, what happened. */
final class CaseProgram {
    static final String HOLE = "HOLE: ";
    static final String SKIPPED = "SKIPPED: ";

    private CaseProgram() {}

    /** {@return the cases of the list, then those that are not on it} */
    static List<SandboxCase> all() {
        return Stream.of(
                        FileCases.listed(),
                        ProcessCases.listed(),
                        NetworkCases.listed(),
                        LimitCases.listed(),
                        FileCases.own(),
                        ProcessCases.own(),
                        NetworkCases.own(),
                        KernelCases.own(),
                        EgressCases.own())
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt((SandboxCase each) -> each.id().charAt(0))
                        .thenComparingInt(each -> Integer.parseInt(each.id().substring(1))))
                .toList();
    }

    /** Tries them; arguments name the only ones to try. */
    public static void main(String... arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("victim")) {
            LimitCases.beVictim(arguments[1]);
            return;
        }
        // One of the JDK's own descriptors comes with the first socket.
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
        String obstacle = obstacleToHosts();
        for (SandboxCase each : all()) {
            if (arguments.length == 0 || List.of(arguments).contains(each.id())) {
                report(System.out, each, obstacle);
            }
        }
    }

    private static void report(PrintStream out, SandboxCase tried, String obstacleToHosts) {
        out.println(tried.id() + "\t" + happens(tried, obstacleToHosts).replaceAll("\\s+", " "));
        out.flush();
    }

    /** {@return why single hosts cannot be reached here; empty if they can} */
    private static String obstacleToHosts() {
        try (Sandbox sandbox =
                Providers.named(SandboxProvider.class, EgressCases.SANDBOX).open()) {
            return sandbox.features().stream()
                    .filter(feature -> feature.name().equals(SandboxFeature.EGRESS))
                    .map(SandboxFeature::remedy)
                    .findFirst()
                    .orElse("an egress");
        }
    }

    private static String happens(SandboxCase tried, String obstacleToHosts) {
        if (tried.sandbox().equals(EgressCases.SANDBOX) && !obstacleToHosts.isEmpty()) {
            return SKIPPED + "needs " + obstacleToHosts;
        }
        var leaks = LeakCheck.begin();
        String happened;
        try (var room = new CaseRoom(tried.sandbox())) {
            happened = tried.body().happens(room);
        } catch (TestAbortedException e) {
            return SKIPPED + e.getMessage();
        } catch (Exception | AssertionError e) {
            return HOLE + e;
        }
        try {
            leaks.assertNothingLeft();
            return happened;
        } catch (AssertionError e) {
            return HOLE + e;
        }
    }
}
