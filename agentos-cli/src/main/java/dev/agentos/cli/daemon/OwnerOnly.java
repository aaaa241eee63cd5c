package dev.agentos.cli.daemon;

import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.Gatekeeper;
import dev.agentos.cli.rpc.Methods;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.function.LongFunction;
import jdk.net.ExtendedSocketOptions;

/** Admits the user that the daemon runs as, and root. The kernel says who the peer is; nobody can claim another name. */
final class OwnerOnly implements Gatekeeper {
    private static final long ROOT = 0;

    private final UserPrincipal owner;
    private final long uid;
    private final LongFunction<Methods> methods;

    /**
     * Admits one user and root.
     *
     * @param methods what the user of a number may call
     */
    OwnerOnly(UserPrincipal owner, long uid, LongFunction<Methods> methods) {
        this.owner = owner;
        this.uid = uid;
        this.methods = methods;
    }

    @Override
    public Methods admit(SocketChannel peer) throws IOException {
        UserPrincipal user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (user.equals(owner)) {
            return methods.apply(uid);
        }
        if (user.equals(root())) {
            return methods.apply(ROOT);
        }
        throw new Failure(
                Codes.REFUSED, "this daemon serves the user " + owner.getName() + " only, not " + user.getName());
    }

    private static UserPrincipal root() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root");
    }
}
