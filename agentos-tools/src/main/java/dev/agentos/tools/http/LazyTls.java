package dev.agentos.tools.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS with the JDK's trusted certificates and no certificate of our own, set up at the first connection: reading the
 * certificates takes longer than starting a runtime does. Thread-safe.
 */
final class LazyTls implements TlsSocketStrategy {
    private @Nullable TlsSocketStrategy strategy; // guarded by this

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, @Nullable Object attachment, HttpContext context)
            throws IOException {
        return strategy().upgrade(socket, target, port, attachment, context);
    }

    private synchronized TlsSocketStrategy strategy() {
        TlsSocketStrategy made = strategy;
        if (made == null) {
            made = DefaultClientTlsStrategy.createDefault();
            strategy = made;
        }
        return made;
    }
}
