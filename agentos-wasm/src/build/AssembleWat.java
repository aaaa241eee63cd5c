import com.dylibso.chicory.wabt.Wat2Wasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/** Run by the build: assembles every {@code .wat} of a folder into a {@code .wasm} of another, unless that is newer. */
public final class AssembleWat {
    private AssembleWat() {}

    /** Takes the folder of sources and the folder of results. */
    public static void main(String[] folders) throws IOException {
        Path target = Files.createDirectories(Path.of(folders[1]));
        for (Path source : sources(Path.of(folders[0]))) {
            Path result = target.resolve(source.getFileName().toString().replaceFirst("\\.wat$", ".wasm"));
            if (!isNewer(result, source)) {
                Files.write(result, assemble(source));
            }
        }
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".wat")).sorted().toList();
        }
    }

    private static byte[] assemble(Path source) throws IOException {
        try {
            return Wat2Wasm.parse(Files.readString(source));
        } catch (RuntimeException e) {
            throw new IOException(source + ": " + e.getMessage(), e);
        }
    }

    private static boolean isNewer(Path result, Path source) throws IOException {
        return Files.exists(result) && modified(result).compareTo(modified(source)) > 0;
    }

    private static FileTime modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file);
    }
}
