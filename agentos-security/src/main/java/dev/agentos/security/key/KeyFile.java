package dev.agentos.security.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file with both halves of an Ed25519 key. */
final class KeyFile {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");
    private static final int MAX_BYTES = 4_096;

    private KeyFile() {}

    static Ed25519Key openOrCreate(Path file) {
        try {
            return Ed25519Key.of(read(file));
        } catch (NoSuchFileException none) {
            return create(file);
        } catch (IOException e) {
            throw new IllegalStateException("key file " + file + " cannot be read", e);
        }
    }

    /** Of two that create it at once, one wins and both have its key. */
    private static Ed25519Key create(Path file) {
        KeyPair pair = Ed25519Key.generatePair();
        try {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a folder is no key file");
            Files.createDirectories(folder);
            Path made = Files.createTempFile(folder, file.getFileName().toString(), ".new", ownerAlone(folder));
            try {
                Files.writeString(made, text(pair), StandardOpenOption.WRITE);
                Files.createLink(file, made);
            } finally {
                Files.delete(made);
            }
            return Ed25519Key.of(pair);
        } catch (FileAlreadyExistsException other) {
            return openOrCreate(file);
        } catch (IOException | UnsupportedOperationException e) {
            throw new IllegalStateException("key file " + file + " cannot be made", e);
        }
    }

    private static FileAttribute<?>[] ownerAlone(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return store.supportsFileAttributeView(PosixFileAttributeView.class)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
                : new FileAttribute<?>[0];
    }

    private static String text(KeyPair pair) {
        return block(PRIVATE, pair.getPrivate().getEncoded())
                + block(PUBLIC, pair.getPublic().getEncoded());
    }

    private static String block(String name, byte[] content) {
        return "-----BEGIN " + name + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + name
                + "-----\n";
    }

    private static KeyPair read(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && !OWNER_ALONE.containsAll(view.readAttributes().permissions())) {
            throw new IllegalStateException("key file " + file + " can be read by others: chmod 600 it");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalStateException("key file " + file + " is no key: it has " + Files.size(file) + " bytes");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            var factory = KeyFactory.getInstance(Ed25519Key.ALGORITHM);
            var pair = new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(content(file, text, PUBLIC))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(content(file, text, PRIVATE))));
            if (!Ed25519Key.isPair(pair.getPrivate(), pair.getPublic())) {
                throw new IllegalStateException("the halves in key file " + file + " do not belong together");
            }
            return pair;
        } catch (GeneralSecurityException | IllegalArgumentException notAKey) {
            // Without the cause, whose message may quote what is in the file.
            throw new IllegalStateException("key file " + file + " holds no Ed25519 key in PEM");
        }
    }

    private static byte[] content(Path file, String text, String name) {
        Matcher block = Pattern.compile("-----BEGIN " + name + "-----([A-Za-z0-9+/=\\s]+)-----END " + name + "-----")
                .matcher(text);
        if (!block.find()) {
            throw new IllegalStateException("key file " + file + " has no block '" + name + "'");
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
