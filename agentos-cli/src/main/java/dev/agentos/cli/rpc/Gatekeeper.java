package dev.agentos.cli.rpc;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Decides who may connect. */
@FunctionalInterface
public interface Gatekeeper {
    /**
     * Returns what a peer can call.
     *
     * @throws Failure if it may not connect
     */
    Methods admit(SocketChannel peer) throws IOException;
}
