package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import run.endive.wasm.types.ValType;

/** Whatever a command asks of WASI, it gets an error number or its end, and no more than its share. */
class WasiProperties {
    private static final int MAX_BYTES = 5_000;
    private static final int MAX_FILES = 12;
    private static final List<String> NAMES =
            WasiFunctions.names().stream().sorted().toList();

    @Property(tries = 500)
    void calls_withAnyArguments_stayWithinWhatThereIs(@ForAll long seed) {
        var chance = new Random(seed);
        WasiGuest guest = guest();

        for (int i = 0; i < 200; i++) {
            String name = NAMES.get(chance.nextInt(NAMES.size()));
            List<ValType> types = WasiFunctions.typeOf(name).params();
            guest.memory.write(chance.nextInt(60_000), bytes(chance, 64));
            try {
                long error = guest.call(
                        name, types.stream().mapToLong(_ -> argument(chance)).toArray());
                assertThat(error).isBetween(0L, 76L);
            } catch (GuestFault | WasiProcess.Exited end) {
                assertThat(end.getMessage()).isNotEmpty();
            }
            assertThat(guest.process.files().bytes()).isBetween(0L, (long) MAX_BYTES);
            assertThat(guest.process.files().files()).isBetween(0, MAX_FILES);
        }
    }

    /** Numbers such as a hostile command would choose. */
    private static long argument(Random chance) {
        return switch (chance.nextInt(5)) {
            case 0 -> chance.nextInt(8);
            case 1 -> chance.nextInt(WasiGuest.PAGE);
            case 2 -> WasiGuest.PAGE - chance.nextInt(10);
            case 3 -> chance.nextInt();
            default -> chance.nextLong();
        };
    }

    @Property(tries = 300)
    void room_thatIsTaken_isThatOfWhatIsThere(@ForAll long seed) {
        var chance = new Random(seed);
        WasiGuest guest = guest();

        for (int i = 0; i < 150; i++) {
            step(guest, chance);
        }
        for (int number = 0; number < WasiProcess.MAX_OPEN; number++) {
            guest.call("fd_close", number);
        }

        List<Integer> sizes = guest.sizes();
        assertThat(guest.process.files().files()).isEqualTo(sizes.size());
        assertThat(guest.process.files().bytes())
                .isEqualTo(sizes.stream().mapToLong(Integer::longValue).sum());
    }

    private static void step(WasiGuest guest, Random chance) {
        switch (chance.nextInt(8)) {
            case 0 -> guest.onPath("path_create_directory", path(chance));
            case 1 -> guest.onPath("path_remove_directory", path(chance));
            case 2 -> guest.onPath("path_unlink_file", path(chance));
            case 3 -> guest.rename(path(chance), path(chance));
            case 4 -> guest.openError(path(chance), chance.nextInt(16), 66);
            case 5 -> guest.writeError(4 + chance.nextInt(5), bytes(chance, chance.nextInt(2_000)));
            case 6 -> guest.call("fd_filestat_set_size", 4 + chance.nextInt(5), chance.nextInt(2_000));
            default -> guest.call("fd_close", 4 + chance.nextInt(5));
        }
    }

    private static String path(Random chance) {
        String[] names = new String[1 + chance.nextInt(3)];
        Arrays.setAll(names, _ -> List.of("a", "b", "c", "..").get(chance.nextInt(4)));
        return String.join("/", names);
    }

    @Property(tries = 300)
    void file_isAnArrayThatGrows(@ForAll long seed) {
        var chance = new Random(seed);
        WasiGuest guest = guest();
        int file = guest.open("f", WasiGuest.CREATE, WasiGuest.READ | WasiGuest.WRITE);
        byte[] expected = new byte[0];

        for (int i = 0; i < 40; i++) {
            int at = chance.nextInt(MAX_BYTES);
            byte[] written = bytes(chance, 1 + chance.nextInt(1_000));
            if (chance.nextInt(4) == 0) {
                assertThat(guest.call("fd_filestat_set_size", file, at)).isZero();
                expected = Arrays.copyOf(expected, at);
            } else if (at + written.length > MAX_BYTES) {
                assertThat(guest.writeAtError(file, written, at)).isEqualTo(WasiError.NO_SPACE);
            } else {
                assertThat(guest.writeAtError(file, written, at)).isZero();
                expected = Arrays.copyOf(expected, Math.max(expected.length, at + written.length));
                System.arraycopy(written, 0, expected, at, written.length);
            }
            assertThat(guest.readAt(file, 2 * MAX_BYTES, 0)).isEqualTo(expected);
            var node = (MemoryNode.File)
                    guest.process.files().find(guest.process.files().root(), "f");
            assertThat(node.held()).isLessThanOrEqualTo(Math.max(256, 2 * node.size()));
        }
    }

    @Property(tries = 500)
    void path_thatGoesAboveItsFolder_leadsNowhere(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 3) Integer> parts) {
        WasiGuest guest = guest();
        guest.onPath("path_create_directory", "a");
        guest.onPath("path_create_directory", "a/a");
        int base = guest.open("a", WasiGuest.FOLDER, 0);
        int depth = 0;
        boolean left = false;
        for (int part : parts) {
            depth += part == 0 ? -1 : part == 1 ? 1 : 0;
            left |= depth < 0;
        }
        String path = String.join(
                "/",
                parts.stream()
                        .map(part -> List.of("..", "a", ".", "").get(part))
                        .toList());

        long error = guest.openError(base, path, 0, 0);

        boolean absolute = path.startsWith("/");
        if (left || absolute) {
            assertThat(error).as(path).isIn((long) WasiError.NOT_CAPABLE, (long) WasiError.NO_ENTRY);
        } else if (error == 0) {
            assertThat(depth).isBetween(0, 1);
        }
    }

    private static WasiGuest guest() {
        var wasi = Wasi.builder().maxFileBytes(MAX_BYTES).maxFiles(MAX_FILES).build();
        return new WasiGuest(wasi, WasmLimits.DEFAULT, "some input");
    }

    private static byte[] bytes(Random chance, int length) {
        byte[] bytes = new byte[length];
        chance.nextBytes(bytes);
        return bytes;
    }
}
