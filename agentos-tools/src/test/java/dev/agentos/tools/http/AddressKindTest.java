package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressKindTest {
    /** The registries of IANA once more, as ranges of numbers: written down apart from the code under test. */
    private static final List<Range> NOT_PUBLIC_V4 = ranges(
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
                    + " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
                    + " 168.63.129.16/32");

    private static final List<Range> NOT_PUBLIC_V6 =
            ranges("::/8 100::/8 200::/7 400::/6 800::/5 1000::/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2"
                    + " 8000::/1");

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, PUBLIC", "1.1.1.1, PUBLIC", "2606:4700::1111, PUBLIC", "2a00:1450:4001::200e, PUBLIC",
                "192.0.1.1, PUBLIC",
        "100.63.255.255, PUBLIC", "100.128.0.0, PUBLIC", "172.15.255.255, PUBLIC", "172.32.0.0, PUBLIC",
                "223.255.255.255, PUBLIC",
        "127.0.0.1, LOOPBACK", "127.255.255.254, LOOPBACK", "::1, LOOPBACK", "0.0.0.0, UNSPECIFIED",
                "0.1.2.3, UNSPECIFIED",
        "::, UNSPECIFIED", "10.1.2.3, PRIVATE", "172.16.0.1, PRIVATE", "172.31.255.255, PRIVATE",
                "192.168.1.1, PRIVATE",
        "100.64.0.1, PRIVATE", "fc00::1, PRIVATE", "fd12:3456::1, PRIVATE", "fec0::1, PRIVATE",
                "169.254.1.1, LINK_LOCAL",
        "fe80::1, LINK_LOCAL", "224.0.0.1, MULTICAST", "ff02::1, MULTICAST", "192.0.0.1, RESERVED",
                "192.0.2.1, RESERVED",
        "198.18.0.1, RESERVED", "198.51.100.1, RESERVED", "203.0.113.1, RESERVED", "240.0.0.1, RESERVED",
                "255.255.255.255, RESERVED",
        "2001:db8::1, RESERVED", "3fff::1, RESERVED", "100::1, RESERVED", "4000::1, RESERVED",
                "192.88.99.1, TRANSITION",
    })
    void h5_of_namesTheKind_forEachRegistry(String address, AddressKind kind) {
        assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.169.253",
                "169.254.170.2",
                "169.254.170.23",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd20:ce::254",
                "fe80::a9fe:a9fe",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "::ffff:0:a9fe:a9fe",
                "2001:0:a9fe:a9fe::1",
                "2001:0:808:808::5601:5601",
                "2a00::5efe:a9fe:a9fe",
                "fe80::5efe:169.254.169.254",
                "fe80::200:5efe:169.254.169.254"
            })
    void h1_of_isMetadata_inWhateverWrapping(String address) {
        assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(AddressKind.METADATA);
    }

    @ParameterizedTest
    @CsvSource({
        "::127.0.0.1, TRANSITION",
        "64:ff9b::7f00:1, LOOPBACK",
        "64:ff9b::a00:1, PRIVATE",
        "64:ff9b::808:808, PUBLIC",
        "64:ff9b:1::808:808, TRANSITION",
        "2002:7f00:1::, TRANSITION",
        "2002:808:808::1, TRANSITION",
        "2001::1, TRANSITION",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, TRANSITION",
        "2a00::5efe:10.0.0.1, PRIVATE",
        "2a00::200:5efe:127.0.0.1, LOOPBACK",
        "2a00::5efe:8.8.8.8, PUBLIC",
        "::5efe:10.0.0.1, RESERVED",
        "::ffff:0:7f00:1, TRANSITION",
    })
    void h4_of_unwraps_whenAnIpv4AddressIsInside(String address, AddressKind kind) {
        assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8"})
    void h4_of_seesThroughTheMappedForm_whenTheBytesComeUndigested(String v4) {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(InetAddress.ofLiteral(v4).getAddress(), 0, mapped, 12, 4);

        assertThat(AddressKind.of(mapped)).isEqualTo(AddressKind.of(InetAddress.ofLiteral(v4)));
    }

    @Property(tries = 20_000)
    void h5_of_agreesWithTheReferenceTable_forIpv4(@ForAll("nearABorder") byte[] address) {
        boolean special = NOT_PUBLIC_V4.stream().anyMatch(range -> range.contains(address));

        assertThat(AddressKind.of(address) != AddressKind.PUBLIC).isEqualTo(special);
    }

    @Property(tries = 20_000)
    void h5_of_agreesWithTheReferenceTable_forIpv6(
            @ForAll @Size(16) byte[] address, @ForAll @IntRange(max = 255) int first) {
        address[0] = (byte) (first % 3 == 0 ? 0x20 : first);
        address[8] = 1; // no ISATAP and no mapped or translated IPv4: those have their own tests
        boolean special = NOT_PUBLIC_V6.stream().anyMatch(range -> range.contains(address));

        assertThat(AddressKind.of(address) != AddressKind.PUBLIC).isEqualTo(special);
    }

    @Provide
    Arbitrary<byte[]> nearABorder() {
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofSize(4);
        Arbitrary<byte[]> border = Arbitraries.of(NOT_PUBLIC_V4)
                .flatMap(range -> Arbitraries.of(range.first, range.last)
                        .flatMap(end ->
                                Arbitraries.integers().between(-2, 2).map(d -> bytes(end.add(BigInteger.valueOf(d))))));
        return Arbitraries.oneOf(any, border);
    }

    private static byte[] bytes(BigInteger value) {
        BigInteger wrapped = value.mod(BigInteger.ONE.shiftLeft(32));
        byte[] raw = wrapped.toByteArray();
        byte[] four = new byte[4];
        for (int i = 0; i < Math.min(4, raw.length); i++) {
            four[3 - i] = raw[raw.length - 1 - i];
        }
        return four;
    }

    private static List<Range> ranges(String cidrs) {
        return Arrays.stream(cidrs.split(" ")).map(Range::of).toList();
    }

    private record Range(BigInteger first, BigInteger last, int length) {
        static Range of(String cidr) {
            String[] parts = cidr.split("/");
            byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
            int free = address.length * 8 - Integer.parseInt(parts[1]);
            var first = new BigInteger(1, address);
            return new Range(first, first.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE), address.length);
        }

        boolean contains(byte[] address) {
            var value = new BigInteger(1, address);
            return address.length == length && value.compareTo(first) >= 0 && value.compareTo(last) <= 0;
        }
    }
}
