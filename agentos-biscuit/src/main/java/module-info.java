import dev.agentos.api.spi.TokenFormatProvider;
import dev.agentos.biscuit.BiscuitTokenFormatProvider;

/** Capability tokens as Biscuits, found by name through {@code dev.agentos.api.spi}. */
module dev.agentos.biscuit {
    requires biscuit;
    requires com.google.protobuf;
    requires dev.agentos.api;
    requires net.i2p.crypto.eddsa;
    requires static org.jspecify;

    provides TokenFormatProvider with
            BiscuitTokenFormatProvider;
}
