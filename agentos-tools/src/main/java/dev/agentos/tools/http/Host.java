package dev.agentos.tools.http;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Host of a URL in its one accepted spelling. Parsing asks no name service. */
public sealed interface Host {
    /** {@return the host as it stands in a URL, IPv6 addresses in brackets} */
    String text();

    /** Name in lower case, its international labels in their ASCII form ({@code xn--…}), without a final dot. */
    record Name(String text) implements Host {}

    /** Address written out. */
    record Literal(String text, InetAddress address) implements Host {}

    /**
     * Returns the host written as {@code text}.
     *
     * @throws HttpRefusedException with {@link HttpProblem#INVALID_URL} if it is not written in the one way
     */
    static Host parse(String text) {
        if (text.isEmpty()) {
            throw Syntax.invalid("it has no host");
        }
        if (text.startsWith("[")) {
            return Syntax.ipv6(text);
        }
        String ascii = Syntax.ascii(text);
        String last = ascii.substring(ascii.lastIndexOf('.') + 1);
        // What ends in a number is an IPv4 address to some resolver or other (inet_aton takes 127.1, 0x7f.1,
        // 017700000001
        // and 2130706433), so it must be a proper one or nothing.
        return Syntax.NUMBER.matcher(last).matches() ? Syntax.ipv4(ascii) : Syntax.name(ascii);
    }

    /** How hosts are spelt. */
    final class Syntax {
        private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
        private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
        private static final int MAX_NAME = 253;

        private Syntax() {}

        static Literal ipv6(String text) {
            if (!text.endsWith("]")) {
                throw invalid("the bracket after the host is missing");
            }
            String inner = text.substring(1, text.length() - 1).toLowerCase(Locale.ROOT);
            // ofLiteral also takes zone ids, which name an interface of this machine and have no place in a URL.
            if (!inner.matches("[0-9a-f:.]{2,45}") || !inner.contains(":")) {
                throw invalid("the IPv6 address is malformed");
            }
            InetAddress address = literal(inner);
            if (!(address instanceof Inet6Address)) {
                throw invalid("write the IPv4 address itself, not its IPv6 form");
            }
            String canonical = canonical(address.getAddress());
            if (!canonical.equals(inner)) {
                throw invalid("write the IPv6 address as [" + canonical + "]");
            }
            return new Literal("[" + canonical + "]", address);
        }

        static Literal ipv4(String text) {
            if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
                throw invalid("a host that ends in a number must be an IPv4 address of four decimal parts");
            }
            InetAddress address = literal(text);
            if (!(address instanceof Inet4Address) || !address.getHostAddress().equals(text)) {
                throw invalid("an IPv4 address has no leading zeros");
            }
            return new Literal(text, address);
        }

        private static InetAddress literal(String text) {
            try {
                return InetAddress.ofLiteral(text);
            } catch (IllegalArgumentException e) {
                throw new HttpRefusedException(HttpProblem.INVALID_URL, "not a valid URL: the address is malformed", e);
            }
        }

        static Name name(String ascii) {
            if (ascii.length() > MAX_NAME) {
                throw invalid("the host is longer than " + MAX_NAME + " characters");
            }
            for (String label : ascii.split("\\.", -1)) {
                if (!LABEL.matcher(label).matches()) {
                    throw invalid("the host has an empty, overlong or malformed label");
                }
                if (label.startsWith("xn--")) {
                    checkPunycode(label);
                }
            }
            return new Name(ascii);
        }

        /** An A-label that does not stand for what it decodes to would be shown as one name and looked up as another. */
        private static void checkPunycode(String label) {
            String decoded = IDN.toUnicode(label, IDN.USE_STD3_ASCII_RULES);
            if (decoded.equals(label) || !toAscii(decoded).equals(label)) {
                throw invalid("the host has a malformed international label");
            }
        }

        static String ascii(String text) {
            if (text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                return text.toLowerCase(Locale.ROOT);
            }
            if (text.chars().anyMatch(c -> c == '\u3002' || c == '\uff0e' || c == '\uff61')) {
                throw invalid("labels of a host are separated by '.'");
            }
            var out = new StringBuilder();
            for (String label : text.split("\\.", -1)) {
                String mapped = toAscii(label);
                // Full-width digits and letters map to plain ones, so that a name could turn into an address.
                boolean plain = label.chars().allMatch(c -> c < 0x7f);
                if (!plain && !mapped.startsWith("xn--")) {
                    throw invalid("write the host's label in plain letters");
                }
                out.append(out.isEmpty() ? "" : ".").append(mapped);
            }
            return out.toString();
        }

        private static String toAscii(String label) {
            try {
                return IDN.toASCII(label, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException e) {
                throw new HttpRefusedException(HttpProblem.INVALID_URL, "not a valid URL: the host is malformed", e);
            }
        }

        /** The form of RFC 5952: lower case, no leading zeros, the first longest run of zero groups as "::". */
        static String canonical(byte[] v6) {
            int[] groups = new int[8];
            for (int i = 0; i < 8; i++) {
                groups[i] = Short.toUnsignedInt(ByteBuffer.wrap(v6).getShort(2 * i));
            }
            int bestStart = -1;
            int bestLength = 1;
            for (int start = 0; start < 8; start++) {
                int length = 0;
                while (start + length < 8 && groups[start + length] == 0) {
                    length++;
                }
                if (length > bestLength) {
                    bestStart = start;
                    bestLength = length;
                }
            }
            return bestStart < 0
                    ? join(groups, 0, 8)
                    : join(groups, 0, bestStart) + "::" + join(groups, bestStart + bestLength, 8);
        }

        private static String join(int[] groups, int from, int to) {
            var out = new StringBuilder();
            for (int i = from; i < to; i++) {
                String hex = HexFormat.of().toHexDigits((short) groups[i]);
                out.append(i > from ? ":" : "").append(hex.replaceFirst("^0{1,3}", ""));
            }
            return out.toString();
        }

        private static HttpRefusedException invalid(String why) {
            return new HttpRefusedException(HttpProblem.INVALID_URL, "not a valid URL: " + why);
        }
    }
}
