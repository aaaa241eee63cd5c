package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WasiFunctionsTest {
    private final WasiGuest guest = new WasiGuest();

    @Test
    void names_areThoseOfPreview1_withoutSocketsAndSignals() {
        assertThat(WasiFunctions.names())
                .isEqualTo(Set.of(("args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get"
                                + " fd_advise fd_allocate fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags"
                                + " fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size fd_filestat_set_times"
                                + " fd_pread fd_prestat_get fd_prestat_dir_name fd_pwrite fd_read fd_readdir"
                                + " fd_renumber fd_seek fd_sync fd_tell fd_write path_create_directory"
                                + " path_filestat_get path_filestat_set_times path_link path_open path_readlink"
                                + " path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff"
                                + " proc_exit sched_yield random_get")
                        .split(" ")));
    }

    @Test
    void file_keepsWhatIsWritten_whereItIsWritten() {
        int file = guest.open("a", WasiGuest.CREATE, WasiGuest.READ | WasiGuest.WRITE);

        guest.write(file, "0123456789");
        guest.seek(file, -4, 2);
        guest.write(file, "xy");
        guest.writeAtError(file, "AB".getBytes(UTF_8), 12);

        assertThat(guest.seek(file, 0, 1)).isEqualTo(8);
        assertThat(guest.readAt(file, 100, 0)).asString(UTF_8).isEqualTo("012345xy89\0\0AB");
        assertThat(guest.text(file)).isEqualTo("89\0\0AB");
        assertThat(guest.call("fd_seek", file, -1, 0, 64)).isEqualTo(WasiError.INVALID);
        assertThat(guest.call("fd_seek", file, Long.MAX_VALUE, 2, 64)).isEqualTo(WasiError.INVALID);
        assertThat(guest.call("fd_seek", file, 0, 3, 64)).isEqualTo(WasiError.INVALID);
    }

    @Test
    void file_isOpenedAsItIsAskedFor() {
        guest.write(guest.open("a", WasiGuest.CREATE, WasiGuest.WRITE), "text");
        int reads = guest.open("a", 0, WasiGuest.READ);
        int writes = guest.open("a", 0, WasiGuest.WRITE);

        assertThat(guest.writeError(reads, new byte[1])).isEqualTo(WasiError.BAD_DESCRIPTOR);
        assertThat(guest.call("fd_read", writes, 0, 0, 64)).isEqualTo(WasiError.BAD_DESCRIPTOR);
        assertThat(guest.openError("a", WasiGuest.CREATE | WasiGuest.EXCLUSIVE, WasiGuest.READ))
                .isEqualTo(WasiError.EXISTS);
        assertThat(guest.openError("a", WasiGuest.FOLDER, WasiGuest.READ)).isEqualTo(WasiError.NO_FOLDER);
        assertThat(guest.openError("b", 0, WasiGuest.READ)).isEqualTo(WasiError.NO_ENTRY);
        guest.open("a", WasiGuest.TRUNCATE, WasiGuest.WRITE);
        assertThat(guest.text(reads)).isEmpty();
    }

    @Test
    void file_grows_whenItIsAppendedTo() {
        int one = guest.open("a", WasiGuest.CREATE, WasiGuest.WRITE | WasiGuest.READ);
        int other = guest.open("a", 0, WasiGuest.WRITE);
        guest.call("fd_fdstat_set_flags", one, 1);

        guest.write(other, "long");
        guest.write(one, "er");

        assertThat(guest.readAt(one, 10, 0)).asString(UTF_8).isEqualTo("longer");
    }

    @ParameterizedTest
    @ValueSource(longs = {16 << 20 | 1, 1L << 40, Long.MAX_VALUE})
    void file_growsNoFurtherThanItsRoom(long beyond) {
        int file = guest.open("a", WasiGuest.CREATE, WasiGuest.WRITE);

        assertThat(guest.call("fd_filestat_set_size", file, beyond)).isEqualTo(WasiError.NO_SPACE);
        assertThat(guest.writeAtError(file, new byte[1], beyond)).isEqualTo(WasiError.NO_SPACE);
        assertThat(guest.call("fd_filestat_set_size", file, -1)).isEqualTo(WasiError.INVALID);
        assertThat(guest.writeAtError(file, new byte[1], -1)).isEqualTo(WasiError.INVALID);
        assertThat(guest.process.files().bytes()).isZero();
    }

    /** A thousand files that were big once would else be sixteen gigabytes, and count as nothing. */
    @Test
    void file_givesItsHeapBack_whenItIsCut() {
        int file = guest.open("a", WasiGuest.CREATE, WasiGuest.WRITE);
        var node = (MemoryNode.File)
                guest.process.files().find(guest.process.files().root(), "a");

        for (long size : new long[] {10 << 20, 6 << 20, 100, 5 << 20, 1 << 20, 0, 1, 0}) {
            assertThat(guest.call("fd_filestat_set_size", file, size)).isZero();
            assertThat(node.held()).isLessThanOrEqualTo(Math.max(256, 2 * (int) size));
        }
    }

    @Test
    void room_isThatOfAllFilesTogether_andComesBackWithTheLastDescriptor() {
        var small = new WasiGuest(Wasi.builder().maxFileBytes(10).build(), WasmLimits.DEFAULT, "");
        int one = small.open("one", WasiGuest.CREATE, WasiGuest.WRITE);
        int two = small.open("two", WasiGuest.CREATE, WasiGuest.WRITE);
        small.write(one, "12345678");

        assertThat(small.writeError(two, new byte[3])).isEqualTo(WasiError.NO_SPACE);
        assertThat(small.onPath("path_unlink_file", "one")).isZero();
        assertThat(small.writeError(two, new byte[3])).isEqualTo(WasiError.NO_SPACE);
        assertThat(small.call("fd_close", one)).isZero();
        assertThat(small.writeError(two, new byte[10])).isZero();
    }

    @Test
    void descriptors_areNoMoreThanTheirNumber_andThoseThatCloseAreFree() {
        int last = 0;
        for (int i = 4; i < WasiProcess.MAX_OPEN; i++) {
            last = guest.open("a", WasiGuest.CREATE, WasiGuest.READ);
        }

        assertThat(guest.openError("b", WasiGuest.CREATE, WasiGuest.READ)).isEqualTo(WasiError.TOO_MANY_OPEN);
        assertThat(guest.process.files().root().children()).containsOnlyKeys("a");
        assertThat(guest.call("fd_close", 7)).isZero();
        assertThat(guest.open("a", 0, WasiGuest.READ)).isEqualTo(7);
        assertThat(guest.call("fd_close", last + 1)).isEqualTo(WasiError.BAD_DESCRIPTOR);
        assertThat(guest.call("fd_close", -1)).isEqualTo(WasiError.BAD_DESCRIPTOR);
    }

    @Test
    void renumber_closesWhatHadTheNumber() {
        int one = guest.open("one", WasiGuest.CREATE, WasiGuest.WRITE);
        int two = guest.open("two", WasiGuest.CREATE, WasiGuest.WRITE);

        assertThat(guest.call("fd_renumber", one, two)).isZero();
        assertThat(guest.call("fd_renumber", two, 1)).isZero();

        guest.write(1, "not the result");
        assertThat(guest.process.output()).isEmpty();
        assertThat(guest.sizes()).containsExactly(14, 0);
        assertThat(guest.call("fd_renumber", one, 1)).isEqualTo(WasiError.BAD_DESCRIPTOR);
    }

    @Test
    void folders_holdWhatIsIn_andAreRemovedEmpty() {
        assertThat(guest.onPath("path_create_directory", "a")).isZero();
        assertThat(guest.onPath("path_create_directory", "a/b/")).isZero();
        int inner = guest.open("a/b", WasiGuest.FOLDER, 0);

        assertThat(guest.onPath("path_create_directory", "a")).isEqualTo(WasiError.EXISTS);
        assertThat(guest.onPath("path_remove_directory", "a")).isEqualTo(WasiError.NOT_EMPTY);
        assertThat(guest.onPath("path_unlink_file", "a/b")).isEqualTo(WasiError.IS_FOLDER);
        assertThat(guest.onPath("path_remove_directory", "a/b/..")).isEqualTo(WasiError.INVALID);
        assertThat(guest.openError(inner, "..", 0, 0)).isEqualTo(WasiError.NOT_CAPABLE);
        assertThat(guest.onPath("path_remove_directory", "a/b")).isZero();
        assertThat(guest.openError(inner, "c", WasiGuest.CREATE, 0)).isEqualTo(WasiError.NO_ENTRY);
        assertThat(guest.openError("a", 0, WasiGuest.WRITE)).isEqualTo(WasiError.IS_FOLDER);
    }

    @Test
    void rename_movesAndReplaces_andMakesNoCircle() {
        guest.onPath("path_create_directory", "a");
        guest.onPath("path_create_directory", "a/b");
        guest.write(guest.open("f", WasiGuest.CREATE, WasiGuest.WRITE), "f");
        guest.write(guest.open("a/g", WasiGuest.CREATE, WasiGuest.WRITE), "ggg");

        assertThat(guest.rename("a", "a/b/c")).isEqualTo(WasiError.INVALID);
        assertThat(guest.rename("a", "a")).isZero();
        assertThat(guest.rename("a", "f")).isEqualTo(WasiError.NO_FOLDER);
        assertThat(guest.rename("f", "a")).isEqualTo(WasiError.IS_FOLDER);
        assertThat(guest.rename("f", "../f")).isEqualTo(WasiError.NOT_CAPABLE);
        assertThat(guest.rename("f", "a/g")).isZero();
        assertThat(guest.rename("a/b", "b")).isZero();

        assertThat(guest.process.files().root().children()).containsOnlyKeys("a", "b");
        assertThat(guest.text(guest.open("a/g", 0, WasiGuest.READ))).isEqualTo("f");
    }

    @Test
    void listing_inParts_missesNothing_whenWhatWasListedIsRemoved() {
        List<String> names = List.of("a", "bb", "ccc", "dddd", "e");
        names.forEach(name -> guest.open(name, WasiGuest.CREATE, 0));
        List<String> listed = new ArrayList<>();
        long cookie = 0;

        while (true) {
            assertThat(guest.call("fd_readdir", WasiGuest.ROOT, 20_000, 40, cookie, 64))
                    .isZero();
            int used = guest.memory.readInt(64);
            if (used == 0) {
                break;
            }
            ByteBuffer entry = guest.struct(20_000, used);
            cookie = entry.getLong(0);
            String name = new String(guest.memory.read(20_024, entry.getInt(16), 100), UTF_8);
            assertThat(entry.get(20)).isEqualTo((byte) 4);
            listed.add(name);
            assertThat(guest.onPath("path_unlink_file", name)).isZero();
        }

        assertThat(listed).isEqualTo(names);
    }

    @Test
    void places_areCheckedBeforeAnythingIsMoved() {
        guest.put(0, 8L << 32 | 100, 1L << 32 | WasiGuest.PAGE);

        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> guest.call("fd_write", 1, 0, 2, 64))
                .withMessageContaining("outside its memory");
        guest.put(0, 0xffff_ffffL << 32 | 100);
        assertThatExceptionOfType(GuestFault.class).isThrownBy(() -> guest.call("fd_write", 1, 0, 1, 64));
        assertThatExceptionOfType(GuestFault.class).isThrownBy(() -> guest.call("fd_write", 1, 65_530, 1, 64));
        assertThatExceptionOfType(GuestFault.class).isThrownBy(() -> guest.call("fd_read", 0, -8, 1, 64));
        assertThat(guest.call("fd_write", 1, 0, IoVectors.MAX + 1, 64)).isEqualTo(WasiError.INVALID);
        assertThat(guest.call("fd_write", 1, 0, -1, 64)).isEqualTo(WasiError.INVALID);
        assertThat(guest.process.output()).isEmpty();
    }

    @Test
    void places_thatAreMoreThanThereIsRoomFor_areNotGathered() {
        int file = guest.open("a", WasiGuest.CREATE, WasiGuest.WRITE);
        for (int i = 0; i < IoVectors.MAX; i++) {
            guest.put(20_000 + 8 * i, (long) WasiGuest.PAGE << 32); // all of the memory, 1,024 times
        }

        assertThat(guest.call("fd_write", file, 20_000, IoVectors.MAX, 64)).isEqualTo(WasiError.NO_SPACE);
        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> guest.call("fd_write", 1, 20_000, IoVectors.MAX, 64))
                .withMessageContaining("more than 1048576 bytes");
        assertThat(guest.call("fd_write", 2, 20_000, IoVectors.MAX, 64)).isZero();
        assertThat(guest.process.errors().behind("it").length()).isLessThan(2 * GuestErrors.MAX_TAIL);
    }

    @Test
    void instructions_areSpentByWhatIsMoved_beforeItIsMoved() {
        var poor = new WasiGuest(Wasi.EMPTY, WasmLimits.DEFAULT.withInstructions(50_000), "");

        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> poor.call("random_get", 0, 60_000))
                .withMessageContaining("used up its 50000 instructions");
        assertThat(poor.memory.read(0, 100, 100)).containsOnly(0);
    }

    @Test
    void path_isRefused_whenItIsTooLongOrNoText() {
        assertThat(guest.onPath("path_create_directory", "x".repeat(256))).isEqualTo(WasiError.NAME_TOO_LONG);
        assertThat(guest.onPath("path_create_directory", "x".repeat(255))).isZero();
        assertThat(guest.call("path_create_directory", 3, 0, 4_097)).isEqualTo(WasiError.NAME_TOO_LONG);
        assertThat(guest.call("path_create_directory", 3, 0, -1)).isEqualTo(WasiError.NAME_TOO_LONG);
        assertThat(guest.onPath("path_create_directory", "a\0b")).isEqualTo(WasiError.INVALID);
        assertThat(guest.onPath("path_create_directory", "")).isEqualTo(WasiError.NO_ENTRY);
        assertThat(guest.call("path_create_directory", 1, 0, 1)).isEqualTo(WasiError.NO_FOLDER);
        guest.put(1_000, 0xff);
        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> guest.call("path_create_directory", 3, 1_000, 1))
                .withMessageContaining("UTF-8");
    }

    @Test
    void facts_tellKindAndSize_andNoTimes() {
        guest.write(guest.open("f", WasiGuest.CREATE, WasiGuest.WRITE), "12345");

        guest.text(1_000, "f");
        assertThat(guest.call("path_filestat_get", 3, 0, 1_000, 1, 200)).isZero();

        ByteBuffer facts = guest.struct(200, 64);
        assertThat(facts.get(16)).isEqualTo((byte) 4);
        assertThat(facts.getLong(32)).isEqualTo(5);
        assertThat(Arrays.copyOfRange(facts.array(), 40, 64)).containsOnly(0);
    }

    @Test
    void root_isTheOneFolderThatIsGiven() {
        assertThat(guest.call("fd_prestat_get", 3, 100)).isZero();
        assertThat(guest.struct(100, 8).getLong()).isEqualTo(1L << 32);
        assertThat(guest.call("fd_prestat_dir_name", 3, 100, 1)).isZero();
        assertThat(guest.memory.read(100, 1, 1)).asString(UTF_8).isEqualTo("/");
        assertThat(guest.call("fd_prestat_dir_name", 3, 100, 0)).isEqualTo(WasiError.NAME_TOO_LONG);
        assertThat(guest.call("fd_prestat_get", 4, 100)).isEqualTo(WasiError.BAD_DESCRIPTOR);
        assertThat(guest.call("fd_prestat_get", 0, 100)).isEqualTo(WasiError.BAD_DESCRIPTOR);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 2", "1, 0, 64", "2, 0, 64", "3, 3, 268435455"})
    void state_tellsWhatADescriptorIs(int descriptor, byte type, long rights) {
        assertThat(guest.call("fd_fdstat_get", descriptor, 100)).isZero();

        assertThat(guest.struct(100, 24).get(0)).isEqualTo(type);
        assertThat(guest.struct(100, 24).getLong(8)).isEqualTo(rights);
        assertThat(guest.call("fd_seek", 0, 0, 0, 64)).isEqualTo(WasiError.NOT_SEEKABLE);
    }

    @Test
    void arguments_andEnvironment_areWhatTheBuilderSaid() {
        var wasi = Wasi.builder()
                .argument("-v")
                .argument("ü")
                .environment("A", "1")
                .build();
        var told = new WasiGuest(wasi, WasmLimits.DEFAULT, "");

        assertThat(told.call("args_sizes_get", 0, 4)).isZero();
        assertThat(told.struct(0, 8).getLong()).isEqualTo(12L << 32 | 3);
        told.call("args_get", 8, 100);
        assertThat(told.memory.read(100, 12, 12)).asString(UTF_8).isEqualTo("guest\0-v\0ü\0");
        assertThat(told.memory.readInt(16)).isEqualTo(109);
        told.call("environ_get", 8, 100);
        assertThat(told.memory.read(100, 4, 4)).asString(UTF_8).isEqualTo("A=1\0");
        assertThat(guest.call("args_sizes_get", 0, 4) + guest.call("environ_sizes_get", 8, 12))
                .isZero();
        assertThat(guest.memory.read(0, 16, 16)).containsOnly(0);
    }

    @Test
    void chance_isTheSameInEveryRepetition() {
        var again = new WasiGuest();

        guest.call("random_get", 0, 1_000);
        again.call("random_get", 0, 1_000);

        byte[] bytes = guest.memory.read(0, 1_000, 1_000);
        assertThat(bytes).isEqualTo(again.memory.read(0, 1_000, 1_000)).isNotEqualTo(new byte[1_000]);
    }

    @Test
    void exit_endsTheCommand() {
        assertThatExceptionOfType(WasiProcess.Exited.class)
                .isThrownBy(() -> guest.call("proc_exit", 7))
                .satisfies(exited -> assertThat(exited.code()).isEqualTo(7));
    }

    @Test
    void links_areNotMade() {
        guest.open("f", WasiGuest.CREATE, 0);
        guest.text(1_000, "f");

        assertThat(guest.call("path_symlink", 1_000, 1, 3, 1_000, 1)).isEqualTo(WasiError.NOT_SUPPORTED);
        assertThat(guest.call("path_link", 3, 0, 1_000, 1, 3, 1_000, 1)).isEqualTo(WasiError.NOT_SUPPORTED);
        assertThat(guest.call("path_readlink", 3, 1_000, 1, 0, 0, 64)).isEqualTo(WasiError.INVALID);
    }
}
