package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/*
 * All cases are tried before the first test, by one JVM as root and one as somebody else, both at the same time; each test
 * looks at what happened in one of them. After each case the JVM that tried it has looked for restricted threads, processes,
 * files and sockets.
 */
/** What happens to hostile programs in the sandbox, as root and as an unprivileged user. */
class SandboxCasesTest {
    private static final Path SECURITY = Path.of(System.getProperty("agentos.root", "."), "docs", "security.md");

    /** Writes the table into the documentation, in place of comparing it. */
    private static final boolean WRITE = Boolean.getBoolean("agentos.writeCases");

    private static Map<String, String> asRoot = Map.of();
    private static Map<String, String> asAnother = Map.of();
    private static List<String> lacking = List.of();

    @BeforeAll
    static void tryAll(@TempDir Path oneself, @TempDir Path another) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the sandbox of Linux");
        lacking = lacking();
        assumeTrue(
                !lacking.contains(SandboxFeature.FILE_SYSTEM) && !lacking.contains(SandboxFeature.SYSTEM_CALLS),
                "this machine confines nothing: " + lacking);
        try (CaseRun ours = CaseRun.asOneself(oneself);
                CaseRun theirs = CaseRun.canBecomeAnother() ? CaseRun.asAnother(another) : null) {
            asRoot = theirs == null ? Map.of() : ours.results();
            asAnother = (theirs == null ? ours : theirs).results();
        }
    }

    private static List<String> lacking() {
        try (Sandbox sandbox = Providers.named(SandboxProvider.class, "linux").open()) {
            return sandbox.probe().degraded();
        }
    }

    private static void holds(String id) {
        var happened = new ArrayList<String>();
        for (Map<String, String> results : List.of(asRoot, asAnother)) {
            if (!results.isEmpty()) {
                assertThat(results).as("what was tried").containsKey(id);
                happened.add(results.get(id));
            }
        }
        assertThat(happened).isNotEmpty().noneMatch(each -> each.startsWith(CaseProgram.HOLE));
        assumeTrue(happened.stream().noneMatch(each -> each.startsWith(CaseProgram.SKIPPED)), happened.toString());
    }

    @Test
    void e1_files_cannotBeRead_whereNothingIsGranted() {
        holds("E1");
    }

    @Test
    void e2_files_cannotBeWritten_whereNothingIsGranted() {
        holds("E2");
    }

    @Test
    void e3_symbolicLinks_leadNowhere() {
        holds("E3");
    }

    @Test
    void e4_hardLinks_cannotBeMadeToWhatIsOutside() {
        holds("E4");
    }

    @Test
    void e5_hardLinks_thatWereThere_areAllowedByTheKernel() {
        holds("E5");
    }

    @Test
    void e6_files_cannotBeMovedInOrOut() {
        holds("E6");
    }

    @Test
    void e7_magicLinks_leadNowhere() {
        holds("E7");
    }

    @Test
    void e8_secretsOfTheJvm_cannotBeReadInProc() {
        holds("E8");
    }

    @Test
    void e9_descriptorsOfTheJvm_areClosed() {
        holds("E9");
    }

    @Test
    void e10_environmentOfTheJvm_isNotThere() {
        holds("E10");
    }

    @Test
    void e11_variablesThatLoadCode_areRefused() {
        holds("E11");
    }

    @Test
    void e12_programs_areThoseOfTheSystem() {
        holds("E12");
    }

    @Test
    void e14_jvm_cannotBeDebugged() {
        holds("E14");
    }

    @Test
    void e15_nobodyElse_canBeKilled() {
        holds("E15");
    }

    @Test
    void e16_setIdPrograms_gainNothing() {
        holds("E16");
    }

    @Test
    void e17_namespacesAndMounts_areDenied() {
        holds("E17");
    }

    @Test
    void e18_rings_areDenied() {
        holds("E18");
    }

    @Test
    void e20_tcp_reachesNobody() {
        holds("E20");
    }

    @Test
    void e22_datagramsAndNames_reachNobody() {
        holds("E22");
    }

    @Test
    void e23_otherFamilies_areDenied() {
        holds("E23");
    }

    @Test
    void e24_unixSockets_reachNobody() {
        holds("E24");
    }

    @Test
    void e25_ports_cannotBeListenedOn() {
        holds("E25");
    }

    @Test
    void e26_forkBomb_isHeld() {
        holds("E26");
    }

    @Test
    void e27_memoryBomb_isEnded() {
        holds("E27");
    }

    @Test
    void e28_time_isLimited_andTheCauseSaysWhich() {
        holds("E28");
    }

    @Test
    void e29_floods_areCut() {
        holds("E29");
    }

    @Test
    void e30_disk_cannotBeFilled() {
        holds("E30");
    }

    @Test
    void e31_daemons_doNotLiveOn() {
        holds("E31");
    }

    @Test
    void e33_terminals_takeNoInput() {
        holds("E33");
    }

    @Test
    void e35_metadataOutside_isNotCovered() {
        holds("E35");
    }

    @Test
    void e36_filesThatOthersExecute_areNotCovered() {
        holds("E36");
    }

    @Test
    void e37_lackingMachines_refuseOrSaySo() {
        holds("E37");
    }

    @Test
    void e38_threadsOfTheJvm_stayFree() {
        holds("E38");
    }

    @Test
    void e39_tools_endWithTheJvm() {
        holds("E39");
    }

    static Stream<String> own() {
        return CaseProgram.all().stream().map(SandboxCase::id).filter(id -> id.startsWith("N"));
    }

    @ParameterizedTest
    @MethodSource("own")
    void caseOfOurOwn_holds(String id) {
        holds(id);
    }

    @Test
    void cases_haveNumbersOfTheirOwn() {
        assertThat(CaseProgram.all()).extracting(SandboxCase::id).doesNotHaveDuplicates();
        assertThat(own()).hasSizeGreaterThanOrEqualTo(20);
    }

    /** Other kernels and machines without control groups give other names of errors: there, the tests above have to do. */
    @ParameterizedTest
    @ValueSource(strings = {SandboxCase.LINUX, EgressCases.SANDBOX})
    void documentation_showsWhatHappened(String sandbox) throws IOException {
        assumeTrue(
                !asRoot.isEmpty()
                        && lacking.isEmpty()
                        && System.getProperty("os.arch").equals("amd64"),
                "another kind of machine");
        var cases = CaseProgram.all().stream()
                .filter(each -> each.sandbox().equals(sandbox))
                .toList();
        assumeTrue(
                Stream.of(asRoot, asAnother)
                        .flatMap(each -> cases.stream().map(tried -> each.get(tried.id())))
                        .noneMatch(each -> each.startsWith(CaseProgram.SKIPPED)),
                "something that the cases need is not installed");
        String documented = Files.readString(SECURITY);

        String happened = CaseTable.replaced(documented, sandbox, CaseTable.of(cases, asRoot, asAnother));
        Path target = Files.createDirectories(Path.of("target"));
        Files.writeString(
                target.resolve("security-cases-" + sandbox + ".json"),
                CaseTable.json(cases, asRoot, asAnother).toString());
        if (WRITE) {
            Files.writeString(SECURITY, happened);
        }

        assertThat(Files.readString(SECURITY))
                .as("docs/security.md; -Dagentos.writeCases=true writes what happened")
                .isEqualTo(happened);
    }
}
