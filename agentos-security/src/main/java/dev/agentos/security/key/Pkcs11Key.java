package dev.agentos.security.key;

import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.VerifyingKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A private key in hardware. Thread-safe: each signature has an object, and so a session, of its own. */
final class Pkcs11Key implements SigningKey {
    private final Provider hardware;
    private final String label;
    private final VerifyingKey verifyingKey;
    private volatile @Nullable PrivateKey handle; // null once it is closed

    private Pkcs11Key(Provider hardware, String label, PrivateKey handle, ECPublicKey publicKey) {
        this.hardware = hardware;
        this.label = label;
        this.handle = handle;
        this.verifyingKey = P256Form.compressed(publicKey);
    }

    /**
     * Where a key is.
     *
     * @param index in the list of slots
     */
    record Slot(String library, int index) {
        /** A provider of its own for each key: nothing is installed into the JVM. */
        Provider open(String label) {
            Provider bridge = Security.getProvider("SunPKCS11");
            if (bridge == null) {
                throw new IllegalStateException("this JDK has no module jdk.crypto.cryptoki");
            }
            String name = "agentos-" + Integer.toHexString(label.hashCode());
            return bridge.configure("--name = " + name + "\nlibrary = " + library + "\nslotListIndex = " + index);
        }
    }

    static Pkcs11Key open(Slot slot, String label, char[] pin, boolean create) {
        try {
            Provider hardware = slot.open(label);
            KeyStore keys = KeyStore.getInstance("PKCS11", hardware);
            keys.load(null, pin);
            if (!keys.containsAlias(label)) {
                if (!create) {
                    throw new IllegalStateException(
                            "slot " + slot.index() + " of " + slot.library() + " has no key '" + label + "'");
                }
                generate(keys, hardware, label);
            }
            return found(keys, hardware, label);
        } catch (GeneralSecurityException
                | IOException
                | ProviderException
                | InvalidParameterException
                | UnsupportedOperationException e) {
            throw new IllegalStateException(
                    "key '" + label + "' in slot " + slot.index() + " of " + slot.library() + " cannot be had", e);
        } finally {
            Arrays.fill(pin, ' ');
        }
    }

    private static void generate(KeyStore keys, Provider hardware, String label)
            throws GeneralSecurityException, IOException {
        var generator = KeyPairGenerator.getInstance("EC", hardware);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        keys.setKeyEntry(
                label, pair.getPrivate(), null, new Certificate[] {SelfSigned.certificate(label, pair, hardware)});
        keys.store(null);
    }

    private static Pkcs11Key found(KeyStore keys, Provider hardware, String label) throws GeneralSecurityException {
        boolean isKey = keys.getKey(label, null) instanceof PrivateKey;
        Certificate certificate = keys.getCertificate(label);
        if (!isKey || certificate == null || !(certificate.getPublicKey() instanceof ECPublicKey publicKey)) {
            throw new IllegalStateException("'" + label + "' is no private key of an elliptic curve");
        }
        return new Pkcs11Key(hardware, label, (PrivateKey) keys.getKey(label, null), publicKey);
    }

    @Override
    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        PrivateKey key = handle;
        if (key == null) {
            throw new IllegalStateException("key '" + label + "' is closed");
        }
        try {
            var signature = Signature.getInstance("SHA256withECDSA", hardware);
            signature.initSign(key);
            signature.update(message);
            return P256Form.withLowerS(signature.sign());
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IllegalStateException("the hardware does not sign with key '" + label + "'", e);
        }
    }

    /** Gives the handle up. The login of the slot stays until the program ends: other keys of the slot share it. */
    @Override
    public void close() {
        handle = null;
    }

    @Override
    public String toString() {
        return verifyingKey.toString();
    }
}
