package dev.agentos.runtime.secret;

import dev.agentos.api.error.SecretException;
import dev.agentos.api.spi.SecretProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in a folder, a file each: {@code desk/api-key} is the file {@code api-key} in its folder {@code desk}. The last line
 * break does not count. A file that others can read is refused, and so is one that is a symbolic link, has more than 64 KiB, or
 * lies where others could have put it: in a folder that they can write to, or as the file of somebody else. Thread-safe.
 */
public final class FolderSecrets implements SecretProvider {
    private static final int MOST_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path folder;

    /** Takes the folder, which is read when a secret is asked for. */
    public FolderSecrets(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public Optional<String> resolve(String name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new SecretException(name, "names no file of the folder of secrets");
        }
        try {
            for (Path step = file; step != null && !step.equals(folder); step = step.getParent()) {
                if (Files.isSymbolicLink(step)) {
                    throw new SecretException(name, "its file is behind a symbolic link");
                }
            }
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            requirePrivate(name, file);
            for (Path step = file.getParent(); step != null && step.startsWith(folder); step = step.getParent()) {
                requireOwnersAlone(name, step);
            }
            return Optional.of(withoutLineBreak(text(name, file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException e) {
            throw new SecretException(name, "its file is no text in UTF-8");
        } catch (IOException e) {
            throw new SecretException(
                    name, "its file cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private void requirePrivate(String name, Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SecretException(name, "is no regular file");
        }
        PosixFileAttributes known = attributes(file, LinkOption.NOFOLLOW_LINKS);
        if (known == null) {
            return;
        }
        if (known.permissions().stream().anyMatch(OTHERS::contains)) {
            throw new SecretException(name, "others may read or write its file: chmod 600");
        }
        requireSameOwner(name, known);
    }

    /** Else somebody could put a file of the same name in the place of one. */
    private void requireOwnersAlone(String name, Path step) throws IOException {
        PosixFileAttributes known = attributes(step);
        if (known == null) {
            return;
        }
        if (known.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new SecretException(name, "others may write to its folder '" + step.getFileName() + "': chmod 700");
        }
        requireSameOwner(name, known);
    }

    private void requireSameOwner(String name, PosixFileAttributes known) throws IOException {
        if (!known.owner().equals(Files.getOwner(folder))) {
            throw new SecretException(name, "its file belongs to another user than the folder of secrets");
        }
    }

    /** {@return what is known of a file; null without POSIX permissions, where there is nothing to look at} */
    private static @Nullable PosixFileAttributes attributes(Path file, LinkOption... links) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class, links);
        return view == null ? null : view.readAttributes();
    }

    private static String text(String name, Path file) throws IOException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            byte[] bytes = Channels.newInputStream(channel).readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new SecretException(name, "its file has more than 64 KiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private static String withoutLineBreak(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
