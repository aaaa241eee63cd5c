package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.tools.file.FileStatus.Inode;
import dev.agentos.tools.file.FileWriter.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The F rows of the security cases, run with each opener. The number of the row is in the name. */
@Timeout(60)
abstract class FileSecurityContract {
    private static final String SECRET = "outside secret";

    @TempDir
    private Path temp;

    private Path outside;
    private Path workspace;
    private FileRoot root;

    abstract Opener opener();

    @BeforeEach
    void makeWorkspaceBesideASecret() throws IOException {
        Path real = temp.toRealPath();
        outside = Files.createDirectory(real.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), SECRET);
        workspace = Files.createDirectory(real.resolve("ws"));
        root = FileRoot.open(FilePath.parse(workspace.toString()), FileRules.DEFAULT, opener());
    }

    @AfterEach
    void closeRoot() {
        root.close();
    }

    @Test
    void f0_writeReadListDelete_work_whenAllIsOrdinary() throws IOException {
        var receipt = write("a/b/c.txt", "hello", Mode.REPLACE);

        assertThat(receipt.created()).isTrue();
        assertThat(read("a/b/c.txt")).isEqualTo("hello");
        assertThat(Files.readString(workspace.resolve("a/b/c.txt"))).isEqualTo("hello");
        assertThat(list("a/b").entries()).containsExactly(new DirectoryLister.Entry("c.txt", FileStatus.Type.FILE, 5));
        new FileWriter(root).delete(path("a/b/c.txt"));
        new FileWriter(root).delete(path("a/b"));
        assertThat(workspace.resolve("a/b")).doesNotExist();
        assertThat(workspace.resolve("a")).isEmptyDirectory();
    }

    @Test
    void f1_absolutePath_isOutsideRoot_whenNotBeneathIt() {
        FilePath secret = FilePath.parse(outside.resolve("secret.txt").toString());

        assertRefused(FileProblem.OUTSIDE_ROOT, () -> new FileReader(root).read(secret, 0, 100));
        assertRefused(
                FileProblem.OUTSIDE_ROOT, () -> new FileWriter(root).write(secret, new byte[0], Mode.REPLACE, true));
        assertRefused(FileProblem.OUTSIDE_ROOT, () -> new DirectoryLister(root).list(FilePath.parse("/"), 10));
        assertRefused(FileProblem.OUTSIDE_ROOT, () -> new FileWriter(root).delete(secret));
    }

    @Test
    void f1_dotDot_isRefusedByTheOpenerToo_whenTheTextCheckWereMissing() {
        int fd = opener().open(Linux.AT_FDCWD, List.of("nowhere", "..", "..", "etc"), Linux.O_PATH, 0);

        assertThat(fd).isNegative();
    }

    @Test
    void f3_controlCharacters_reachNoSystemCall_whenInAName() {
        for (String name : List.of("a\0b", "a\nb", "a\u202eb", "\u001b[2J")) {
            assertRefused(FileProblem.INVALID_PATH, () -> read(name));
            assertRefused(FileProblem.INVALID_PATH, () -> write(name, "x", Mode.CREATE));
        }
        assertThat(workspace).isEmptyDirectory();
    }

    @Test
    void f3_namesOnDisk_areCountedButNotShown_whenTheyHoldControlCharacters() throws IOException {
        Files.createFile(workspace.resolve("fine"));
        Files.createFile(workspace.resolve("evil\u001b[2J"));
        Files.createFile(workspace.resolve("two\nlines"));

        DirectoryLister.Listing listing = list(".");

        assertThat(listing.entries()).extracting(DirectoryLister.Entry::name).containsExactly("fine");
        assertThat(listing.total()).isEqualTo(3);
        assertThat(listing.unaddressable()).isEqualTo(2);
        assertThat(listing.truncated()).isFalse();
    }

    @Test
    void f3_bytesThatAreNoUtf8_areCountedButNotShown_whenOnDisk() throws Exception {
        Process shell = new ProcessBuilder(
                        "sh", "-c", "touch \"$(printf 'bad\\377name')\"; touch \"$(printf 'over\\300\\257long')\"")
                .directory(workspace.toFile())
                .start();
        assertThat(shell.waitFor()).isZero();

        DirectoryLister.Listing listing = list(".");

        assertThat(listing.entries()).isEmpty();
        assertThat(listing.unaddressable()).isEqualTo(2);
    }

    @Test
    void f4_unicodeTwins_areDifferentFiles_whenTheyLookAlike() {
        write("caf\u00e9", "composed", Mode.CREATE);
        write("cafe\u0301", "decomposed", Mode.CREATE);

        assertThat(read("caf\u00e9")).isEqualTo("composed");
        assertThat(read("cafe\u0301")).isEqualTo("decomposed");
    }

    @Test
    void f4_fullwidthDots_areAnOrdinaryName_whenTheyLookLikeParent() {
        assertRefused(FileProblem.NOT_FOUND, () -> read("．．／outside／secret.txt"));
        write("．．", "a file", Mode.CREATE);
        assertThat(workspace.resolve("．．")).isRegularFile();
    }

    @Test
    void f4_denyList_holds_whenAnotherNameLeadsToTheInode() throws IOException {
        Files.writeString(workspace.resolve("keys"), "k");
        Files.createLink(workspace.resolve("innocent"), workspace.resolve("keys"));
        Inode denied = read(path("keys"), new FileRules(true, Set.of(), false)).inode();

        var rules = new FileRules(true, Set.of(denied), false);

        assertRefused(FileProblem.DENIED_INODE, () -> read(path("innocent"), rules));
        assertRefused(FileProblem.DENIED_INODE, () -> read(path("keys"), rules));
    }

    @Test
    void f5_link_isRefused_whenLastOrInTheMiddle() throws IOException {
        Files.createSymbolicLink(workspace.resolve("last"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(workspace.resolve("middle"), outside);

        for (String name : List.of("last", "middle/secret.txt")) {
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> read(name));
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> write(name, "x", Mode.REPLACE));
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> write(name, "x", Mode.APPEND));
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> new FileWriter(root).delete(path(name)));
        }
        assertRefused(FileProblem.SYMBOLIC_LINK, () -> list("middle"));
        assertRefused(FileProblem.SYMBOLIC_LINK, () -> write("middle/new/file", "x", Mode.CREATE));
        assertThat(outside.resolve("secret.txt")).hasContent(SECRET);
        assertThat(outside).isDirectoryNotContaining(p -> p.endsWith("new"));
    }

    @Test
    void f5_link_isRefused_evenWhenItStaysInside() throws IOException {
        write("real.txt", "x", Mode.CREATE);
        Files.createSymbolicLink(workspace.resolve("alias"), Path.of("real.txt"));

        assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("alias"));
    }

    @Test
    void f5_linkLoop_isRefused_whenOpened() throws IOException {
        Files.createSymbolicLink(workspace.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(workspace.resolve("b"), Path.of("a"));

        assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("a"));
        assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("a/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE", "REPLACE", "APPEND"})
    void f5_danglingLink_createsNothing_whenWrittenTo(Mode mode) throws IOException {
        Files.createSymbolicLink(workspace.resolve("dangling"), outside.resolve("made"));

        assertRefused(FileProblem.SYMBOLIC_LINK, () -> write("dangling", "x", mode));

        assertThat(outside.resolve("made")).doesNotExist();
        assertThat(namesOnDisk(workspace)).containsExactly("dangling");
    }

    @Test
    void f5_root_isRefused_whenItIsALink() throws IOException {
        Path link = Files.createSymbolicLink(temp.toRealPath().resolve("link"), outside);

        assertRefused(
                FileProblem.SYMBOLIC_LINK,
                () -> FileRoot.open(FilePath.parse(link.toString()), FileRules.DEFAULT, opener()));
    }

    @Test
    void f6_root_staysTheSameDirectory_whenItsNameIsGivenToALink() throws IOException {
        write("mine.txt", "mine", Mode.CREATE);
        Files.move(workspace, workspace.resolveSibling("moved"));
        Files.createSymbolicLink(workspace, outside);

        assertThat(read("mine.txt")).isEqualTo("mine");
        assertRefused(FileProblem.NOT_FOUND, () -> read("secret.txt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/self/fd/0",
                "/proc/self/cwd",
                "/proc/self/root",
                "/dev/stdin",
                "/dev/fd/3",
                "/proc/self/exe"
            })
    void f8_magicLink_isRefused_whenReachedThroughTheWorkspace(String target) throws IOException {
        Files.createSymbolicLink(workspace.resolve("magic"), Path.of(target));

        assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("magic"));
        assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("magic/etc/passwd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/0", "/proc/self/cwd/x", "/proc/self/root/etc/passwd", "/proc/self/exe"})
    void f8_magicLink_isRefused_whenTheWholeDiskIsGranted(String target) {
        try (FileRoot all = FileRoot.open(FilePath.parse("/"), FileRules.DEFAULT, opener())) {
            // /proc/self is itself a link, so the rule bites before the magic one.
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> new FileReader(all).read(FilePath.parse(target), 0, 10));
            assertRefused(
                    FileProblem.SYMBOLIC_LINK,
                    () -> new FileReader(all)
                            .read(
                                    FilePath.parse(target.replace(
                                            "self", "" + ProcessHandle.current().pid())),
                                    0,
                                    10));
        }
    }

    @Test
    void f9_hardLink_isRefused_whenItMayLeadOutside() throws IOException {
        Files.createLink(workspace.resolve("twin"), outside.resolve("secret.txt"));

        assertRefused(FileProblem.HARD_LINK, () -> read("twin"));
        assertRefused(FileProblem.HARD_LINK, () -> write("twin", "x", Mode.REPLACE));
        assertRefused(FileProblem.HARD_LINK, () -> write("twin", "x", Mode.APPEND));
        assertThat(outside.resolve("secret.txt")).hasContent(SECRET);
    }

    @Test
    void f9_hardLink_isRead_whenTheRulesAllowIt() throws IOException {
        Files.createLink(workspace.resolve("twin"), outside.resolve("secret.txt"));

        var content = read(path("twin"), new FileRules(true, Set.of(), false));

        assertThat(new String(content.bytes(), StandardCharsets.UTF_8)).isEqualTo(SECRET);
    }

    @Test
    void f10_pipe_isRefusedWithoutHanging_whenReadOrWritten() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", workspace.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> read("pipe"));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> write("pipe", "x", Mode.REPLACE));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> write("pipe", "x", Mode.APPEND));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> new FileWriter(root).delete(path("pipe")));
    }

    @Test
    void f10_socket_isRefused_whenRead() throws IOException {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(workspace.resolve("s")));

            assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> read("s"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "null", "full", "tty", "random"})
    void f10_device_isRefused_whenTheDeviceFolderIsGranted(String device) {
        try (FileRoot dev = FileRoot.open(FilePath.parse("/dev"), FileRules.DEFAULT, opener())) {
            assertRefused(
                    FileProblem.NOT_A_REGULAR_FILE,
                    () -> new FileReader(dev).read(FilePath.parse("/dev/" + device), 0, 10));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/proc/kmsg", "/proc/meminfo", "/proc/1/environ", "/proc/sysrq-trigger", "/sys/kernel/notes"})
    void f10_kernelFile_isRefused_thoughItClaimsToBeRegular(String file) {
        assumeTrue(Files.exists(Path.of(file), LinkOption.NOFOLLOW_LINKS));
        try (FileRoot all = FileRoot.open(FilePath.parse("/"), FileRules.DEFAULT, opener())) {
            assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> new FileReader(all).read(FilePath.parse(file), 0, 10));
            assertRefused(
                    FileProblem.NOT_A_REGULAR_FILE,
                    () -> new FileWriter(all).write(FilePath.parse(file), new byte[1], Mode.APPEND, false));
        }
    }

    @Test
    void f11_hugeFile_isCut_whenReadWithACap() throws IOException {
        long tenGigabytes = 10_000_000_000L;
        try (var sparse = new RandomAccessFile(workspace.resolve("huge").toFile(), "rw")) {
            sparse.setLength(tenGigabytes);
        }

        var content = new FileReader(root).read(path("huge"), 0, 1_000);

        assertThat(content.bytes()).hasSize(1_000);
        assertThat(content.size()).isEqualTo(tenGigabytes);
        assertThat(content.truncated()).isTrue();
    }

    @Test
    void f11_growingFile_isCut_whileAnotherThreadAppends() throws Exception {
        Path log = Files.createFile(workspace.resolve("log"));
        var stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> appendUntil(stop, log));
        try {
            for (int i = 0; i < 200; i++) {
                var content = new FileReader(root).read(path("log"), 0, 100_000);

                assertThat(content.bytes().length).isLessThanOrEqualTo(100_000);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    private static void appendUntil(AtomicBoolean stop, Path log) {
        try (OutputStream out = Files.newOutputStream(log)) {
            long written = 0;
            while (!stop.get() && written < 200_000_000) {
                out.write(new byte[8_192]);
                written += 8_192;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void f11_exactCap_isNotMarked_whenNothingIsMissing() {
        write("five", "12345", Mode.CREATE);

        assertThat(new FileReader(root).read(path("five"), 0, 5).truncated()).isFalse();
        assertThat(new FileReader(root).read(path("five"), 0, 4).truncated()).isTrue();
        assertThat(new FileReader(root).read(path("five"), 3, 4).bytes()).containsExactly('4', '5');
        assertThat(new FileReader(root).read(path("five"), 99, 4).bytes()).isEmpty();
    }

    @Test
    void f11_directory_isNoFile_whenReadOrWritten() {
        write("d/x", "x", Mode.CREATE);

        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> read("d"));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> read("."));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> write("d", "x", Mode.REPLACE));
        assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> write(".", "x", Mode.REPLACE));
        assertRefused(FileProblem.NOT_A_DIRECTORY, () -> read("d/x/y"));
        assertRefused(FileProblem.NOT_A_DIRECTORY, () -> list("d/x"));
    }

    @Test
    void f14_errors_nameNoHostPath_whateverGoesWrong() throws IOException {
        Files.createSymbolicLink(workspace.resolve("link"), outside);
        write("dir/file", "x", Mode.CREATE);
        List<ThrowingCallable> attempts = List.of(
                () -> read("missing"),
                () -> read("link/secret.txt"),
                () -> read("dir"),
                () -> write("dir/file", "x", Mode.CREATE),
                () -> write("missing/x", "x", Mode.CREATE, false),
                () -> new FileWriter(root).delete(path("dir")),
                () -> new FileWriter(root).delete(path(".")),
                () -> list("dir/file"),
                () -> new FileReader(root).read(FilePath.parse("/etc/shadow"), 0, 1));

        assertThat(attempts)
                .allSatisfy(attempt -> assertThatExceptionOfType(FileRefusedException.class)
                        .isThrownBy(attempt)
                        .withMessageNotContainingAny(temp.getFileName().toString(), "outside/", "/tmp", "/etc", "/ws"));
    }

    @Test
    void f14_listing_holdsNamesOnly_sortedAndCut() throws IOException {
        for (int i = 0; i < 500; i++) {
            Files.createFile(workspace.resolve("f%03d".formatted(i)));
        }
        Files.createSymbolicLink(workspace.resolve("f000a"), outside.resolve("secret.txt"));

        DirectoryLister.Listing listing = list(".", 3);

        assertThat(listing.entries())
                .containsExactly(
                        new DirectoryLister.Entry("f000", FileStatus.Type.FILE, 0),
                        new DirectoryLister.Entry(
                                "f000a",
                                FileStatus.Type.SYMBOLIC_LINK,
                                outside.resolve("secret.txt").toString().length()),
                        new DirectoryLister.Entry("f001", FileStatus.Type.FILE, 0));
        assertThat(listing.total()).isEqualTo(501);
        assertThat(listing.truncated()).isTrue();
    }

    @Test
    void write_keepsPermissionsButNoSetId_whenReplacing() throws Exception {
        Path script = Files.writeString(workspace.resolve("run.sh"), "old");
        assertThat(new ProcessBuilder("chmod", "4750", script.toString())
                        .start()
                        .waitFor())
                .isZero();

        write("run.sh", "new", Mode.REPLACE);

        assertThat(script).hasContent("new");
        assertThat((Integer) Files.getAttribute(script, "unix:mode") & 0xFFF).isEqualTo(0750);
    }

    @Test
    void write_leavesNoTemporaryFile_whenItFails() {
        write("taken", "first", Mode.CREATE);

        assertRefused(FileProblem.EXISTS, () -> write("taken", "second", Mode.CREATE));

        Thread.currentThread().interrupt();
        assertRefused(FileProblem.CANCELLED, () -> write("other", "x", Mode.CREATE));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(namesOnDisk(workspace)).containsExactly("taken");
        assertThat(read("taken")).isEqualTo("first");
    }

    @Test
    void write_appends_whenAsked() {
        write("log", "one\n", Mode.APPEND);
        write("log", "two\n", Mode.APPEND);

        assertThat(read("log")).isEqualTo("one\ntwo\n");
    }

    @Test
    void delete_refuses_whenTheDirectoryIsNotEmptyOrTheRoot() {
        write("d/x", "x", Mode.CREATE);

        assertRefused(FileProblem.NOT_EMPTY, () -> new FileWriter(root).delete(path("d")));
        assertRefused(FileProblem.PERMISSION, () -> new FileWriter(root).delete(path(".")));
        assertRefused(FileProblem.NOT_FOUND, () -> new FileWriter(root).delete(path("nothing")));
    }

    @Test
    void calls_leaveNoDescriptorOpen_whetherTheySucceedOrFail() throws IOException {
        Files.createSymbolicLink(workspace.resolve("link"), outside);
        write("d/x", "x", Mode.REPLACE);
        long before = openDescriptors();

        for (int i = 0; i < 50; i++) {
            write("d/x", "x", Mode.REPLACE);
            write("d/x", "x", Mode.APPEND);
            read("d/x");
            list("d");
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("link/secret.txt"));
            assertRefused(FileProblem.SYMBOLIC_LINK, () -> read("link"));
            assertRefused(FileProblem.NOT_A_REGULAR_FILE, () -> read("d"));
            assertRefused(FileProblem.NOT_EMPTY, () -> new FileWriter(root).delete(path("d")));
        }

        // The JVM itself may open a file or two meanwhile; a leak would be hundreds.
        assertThat(openDescriptors()).isLessThan(before + 40);
    }

    private static long openDescriptors() throws IOException {
        try (var names = Files.list(Path.of("/proc/self/fd"))) {
            return names.count();
        }
    }

    private FilePath path(String relative) {
        return FilePath.parse(relative, root.path());
    }

    private String read(String name) {
        return new String(new FileReader(root).read(path(name), 0, 10_000).bytes(), StandardCharsets.UTF_8);
    }

    private FileReader.Content read(FilePath file, FileRules rules) {
        try (FileRoot other = FileRoot.open(root.path(), rules, opener())) {
            return new FileReader(other).read(file, 0, 10_000);
        }
    }

    private FileWriter.Receipt write(String name, String text, Mode mode) {
        return write(name, text, mode, true);
    }

    private FileWriter.Receipt write(String name, String text, Mode mode, boolean parents) {
        return new FileWriter(root).write(path(name), text.getBytes(StandardCharsets.UTF_8), mode, parents);
    }

    private DirectoryLister.Listing list(String name) {
        return list(name, 1_000);
    }

    private DirectoryLister.Listing list(String name, int max) {
        return new DirectoryLister(root).list(path(name), max);
    }

    private static List<String> namesOnDisk(Path directory) {
        try (var names = Files.list(directory)) {
            return names.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(FileProblem problem, ThrowingCallable attempt) {
        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(attempt)
                .matches(e -> e.problem() == problem, "problem is " + problem);
    }
}
