package dev.agentos.tools.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What an IP address is for, by the special-purpose registries of IANA (RFC 6890) and, for metadata services, the
 * documentation of the cloud providers.
 *
 * <p>IPv4 addresses wrapped into IPv6 ones are unwrapped first: the JDK does so for the mapped form only, but the
 * translators on the way do it for all.
 */
enum AddressKind {
    /** Reachable by everybody: the only kind that a host name may stand for. */
    PUBLIC,
    LOOPBACK,
    UNSPECIFIED,
    PRIVATE,
    LINK_LOCAL,
    MULTICAST,
    /** Documentation, benchmarks, future use, and whatever else is not for traffic. */
    RESERVED,
    /** Wraps an IPv4 address that some relay would unwrap. */
    TRANSITION,
    /** Hands out a machine's credentials: never reachable, whatever was granted. */
    METADATA;

    private static final List<Block> METADATA_BLOCKS = List.of(
            block("169.254.169.0/24"), // AWS, GCP, Azure, OpenStack, DigitalOcean, Oracle…
            block("169.254.170.0/24"), // AWS containers and pods
            block("100.100.100.200/32"), // Alibaba
            block("168.63.129.16/32"), // Azure's host agent, in otherwise public space
            block("192.0.0.192/32"), // Oracle, the older one
            block("fd00:ec2::/32"), // AWS
            block("fd20:ce::254/128"), // GCP
            block("fd00:42::42/128"), // Scaleway
            block("fe80::a9fe:a9fe/128")); // OpenStack

    private static final List<Block> SPECIAL_BLOCKS = List.of(
            block("0.0.0.0/8", UNSPECIFIED),
            block("10.0.0.0/8", PRIVATE),
            block("100.64.0.0/10", PRIVATE),
            block("127.0.0.0/8", LOOPBACK),
            block("169.254.0.0/16", LINK_LOCAL),
            block("172.16.0.0/12", PRIVATE),
            block("192.0.0.0/24", RESERVED),
            block("192.0.2.0/24", RESERVED),
            block("192.88.99.0/24", TRANSITION),
            block("192.168.0.0/16", PRIVATE),
            block("198.18.0.0/15", RESERVED),
            block("198.51.100.0/24", RESERVED),
            block("203.0.113.0/24", RESERVED),
            block("224.0.0.0/4", MULTICAST),
            block("240.0.0.0/4", RESERVED),
            block("::/128", UNSPECIFIED),
            block("::1/128", LOOPBACK),
            block("::/96", TRANSITION),
            block("::ffff:0:0:0/96", TRANSITION),
            block("64:ff9b:1::/48", TRANSITION),
            block("2001::/32", TRANSITION),
            block("2001::/23", RESERVED),
            block("2001:db8::/32", RESERVED),
            block("2002::/16", TRANSITION),
            block("3fff::/20", RESERVED),
            block("fc00::/7", PRIVATE),
            block("fe80::/10", LINK_LOCAL),
            block("fec0::/10", PRIVATE),
            block("ff00::/8", MULTICAST));

    /** All of IPv6 that is in use; the rest is not handed out. */
    private static final Block GLOBAL_UNICAST = block("2000::/3");

    private static final Block MAPPED = new Block(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96);
    private static final Block COMPATIBLE = block("::/96");
    private static final Block TRANSLATED = block("::ffff:0:0:0/96");
    private static final Block NAT64 = block("64:ff9b::/96");
    private static final Block LOCAL_NAT64 = block("64:ff9b:1::/48");
    private static final Block SIX_TO_FOUR = block("2002::/16");
    private static final Block TEREDO = block("2001::/32");

    /** {@return what the address is for} */
    static AddressKind of(InetAddress address) {
        return of(address.getAddress());
    }

    /** Returns what the address of 4 or 16 bytes, in network order, is for. */
    static AddressKind of(byte[] address) {
        if (address.length == 16 && (MAPPED.contains(address) || NAT64.contains(address))) {
            // With NAT64 the network's gateway is the way to all of IPv4: the wrapped address is the destination.
            return of(tail(address, 12));
        }
        if (in(METADATA_BLOCKS, address) || wrapped(address).stream().anyMatch(v4 -> of(v4) == METADATA)) {
            return METADATA;
        }
        for (Block block : SPECIAL_BLOCKS) {
            if (block.contains(address)) {
                return block.kind;
            }
        }
        if (address.length == 4) {
            return PUBLIC;
        }
        return GLOBAL_UNICAST.contains(address) ? isatap(address) : RESERVED;
    }

    /** ISATAP hides its IPv4 address in the last eight bytes below any prefix (RFC 5214). */
    private static AddressKind isatap(byte[] v6) {
        return isIsatap(v6) ? of(tail(v6, 12)) : PUBLIC;
    }

    private static boolean isIsatap(byte[] v6) {
        return (v6[8] & 0xfd) == 0 && v6[9] == 0 && v6[10] == 0x5e && v6[11] == (byte) 0xfe;
    }

    /** The IPv4 addresses that a relay, translator or tunnel may read out of an address. */
    private static List<byte[]> wrapped(byte[] address) {
        if (address.length == 4) {
            return List.of();
        }
        if (SIX_TO_FOUR.contains(address)) {
            return List.of(Arrays.copyOfRange(address, 2, 6));
        }
        if (TEREDO.contains(address)) {
            byte[] client = tail(address, 12);
            for (int i = 0; i < client.length; i++) {
                client[i] ^= (byte) 0xff;
            }
            return List.of(Arrays.copyOfRange(address, 4, 8), client);
        }
        boolean inTail = COMPATIBLE.contains(address)
                || TRANSLATED.contains(address)
                || LOCAL_NAT64.contains(address)
                || isIsatap(address);
        return inTail ? List.of(tail(address, 12)) : List.of();
    }

    private static byte[] tail(byte[] address, int from) {
        return Arrays.copyOfRange(address, from, address.length);
    }

    private static boolean in(List<Block> blocks, byte[] address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    private static Block block(String cidr) {
        return block(cidr, METADATA);
    }

    private static Block block(String cidr, AddressKind kind) {
        int slash = cidr.indexOf('/');
        byte[] prefix = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
        return new Block(prefix, Integer.parseInt(cidr.substring(slash + 1)), kind);
    }

    /** Addresses that share their first bits. */
    private static final class Block {
        private final byte[] prefix;
        private final int bits;
        private final AddressKind kind;

        Block(byte[] prefix, int bits) {
            this(prefix, bits, RESERVED);
        }

        Block(byte[] prefix, int bits, AddressKind kind) {
            this.prefix = prefix;
            this.bits = bits;
            this.kind = kind;
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(prefix, 0, whole, address, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((prefix[whole] ^ address[whole]) & 0xff) >>> (8 - rest) == 0;
        }
    }
}
