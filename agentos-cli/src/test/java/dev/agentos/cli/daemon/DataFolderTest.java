package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder and the socket of a daemon. */
class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void open_createsAFolderForItsOwnerAlone() throws IOException {
        Path data = folder.resolve("a/b");

        try (DataFolder open = DataFolder.open(data)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .isEqualTo("rwx------");
            assertThat(open.owner()).isEqualTo(Files.getOwner(data));
            assertThat(open.uid()).isEqualTo(((Integer) Files.getAttribute(data, "unix:uid")).longValue());
            assertThat(Files.readString(data.resolve("daemon.lock")))
                    .isEqualTo(ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void open_isRefused_whileItIsOpen_andPossibleAfterwards() throws IOException {
        try (DataFolder open = DataFolder.open(folder)) {
            assertThatThrownBy(() -> DataFolder.open(folder))
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.code()).isEqualTo("DAEMON_RUNNING"))
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(open).isNotNull();
        }

        try (DataFolder again = DataFolder.open(folder)) {
            assertThat(again).isNotNull();
        }
    }

    @Test
    void open_isRefused_whenOthersMayWrite_andLeavesNoLock() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));

        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("chmod go-w " + folder);

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        DataFolder.open(folder).close();
    }

    @Test
    void start_says_whenTheFolderIsAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Daemon.start(file, folder.resolve("s")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cannot use the data folder " + file);
    }

    @Test
    void bind_replacesAStaleSocket() throws IOException {
        Path path = folder.resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(path).exists();

        ListeningSocket socket = ListeningSocket.bind(path);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        socket.channel().close();
        socket.remove();
        assertThat(path).doesNotExist();
    }

    @Test
    void bind_isRefused_whereSomebodyListens() throws IOException {
        Path path = folder.resolve("s");
        ListeningSocket first = ListeningSocket.bind(path);

        assertThatThrownBy(() -> ListeningSocket.bind(path))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("another daemon listens");

        first.channel().close();
    }

    @Test
    void bind_isRefused_whereAFileIs_andLeavesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("s"), "precious");
        Path link = Files.createSymbolicLink(folder.resolve("l"), file);

        assertThatThrownBy(() -> ListeningSocket.bind(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no socket");
        assertThatThrownBy(() -> ListeningSocket.bind(link))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no socket");

        assertThat(file).hasContent("precious");
    }

    @Test
    void bind_says_whenThereIsNoSuchFolder() {
        assertThatThrownBy(() -> ListeningSocket.bind(folder.resolve("none/s")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cannot listen at");
    }

    @Test
    void remove_leavesTheSocketOfAnother() throws IOException {
        Path path = folder.resolve("s");
        ListeningSocket first = ListeningSocket.bind(path);
        first.channel().close();
        Files.move(path, folder.resolve("kept")); // so that its number is not given to the next one
        ListeningSocket second = ListeningSocket.bind(path);

        first.remove();

        assertThat(path).exists();
        second.channel().close();
    }
}
