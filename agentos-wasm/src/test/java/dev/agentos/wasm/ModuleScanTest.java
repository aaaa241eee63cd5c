package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.wasm.Guests.Bytes;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that would make the engine reserve, walk or wait are refused before it sees them. */
class ModuleScanTest {
    private static final long FOUR_GIB = 0xffff_ffffL;

    @Test
    void scan_givesWhatCallsMayHold_whenTheModuleIsWellFormed() {
        ModuleFacts facts = ModuleScan.scan(Guests.wasm("wide-recursion"));

        assertThat(facts.memoryPages()).isEqualTo(1);
        // alloc: a parameter and a local; deep: a parameter and 4,000 locals; run: two parameters.
        assertThat(facts.frameSlots()).containsExactly(2, 4_001, 2);
    }

    static Stream<Arguments> bombs() {
        return Stream.of(
                bomb("types", m -> m.section(1, s -> s.u32(FOUR_GIB))),
                bomb("parameters", m -> m.section(1, s -> s.u32(1).raw(0x60).u32(FOUR_GIB))),
                bomb(
                        "101 parameters",
                        m -> m.section(1, s -> s.u32(1).raw(0x60).u32(101).times(101, 0x7f))),
                bomb("results", m -> m.section(1, s -> s.u32(1).raw(0x60).u32(0).u32(FOUR_GIB))),
                bomb("form 0x4e", m -> m.section(1, s -> s.u32(1).raw(0x4e).u32(FOUR_GIB))),
                bomb("form 0x50", m -> m.section(1, s -> s.u32(1).raw(0x50).u32(FOUR_GIB))),
                bomb("form 0x5f", m -> m.section(1, s -> s.u32(1).raw(0x5f).u32(FOUR_GIB))),
                bomb("imports", m -> m.section(2, s -> s.u32(FOUR_GIB))),
                bomb("bytes of a name", m -> m.section(2, s -> s.u32(1).u32(FOUR_GIB))),
                bomb("1001 bytes of a name", m -> m.section(2, s -> s.u32(1).name("x".repeat(1_001)))),
                bomb("UTF-8", m -> m.section(2, s -> s.u32(1).u32(2).raw(0xff, 0xfe))),
                bomb(
                        "no function",
                        m -> m.section(
                                2,
                                s -> s.u32(1)
                                        .name("env")
                                        .name("table")
                                        .raw(1, 0x70, 0)
                                        .u32(FOUR_GIB))),
                bomb(
                        "unknown type",
                        m -> m.section(
                                2, s -> s.u32(1).name("env").name("f").raw(0).u32(7))),
                bomb("functions", m -> m.section(3, s -> s.u32(FOUR_GIB))),
                bomb("unknown type", m -> m.section(3, s -> s.u32(1).u32(7))),
                bomb("tables", m -> m.section(4, s -> s.u32(FOUR_GIB))),
                bomb("9 tables", m -> m.section(4, s -> s.u32(9).times(9, 0x70, 0, 0))),
                bomb(
                        "entries of tables",
                        m -> m.section(4, s -> s.u32(1).raw(0x70, 0).u32(FOUR_GIB))),
                bomb(
                        "entries of tables",
                        m -> m.section(
                                4,
                                s -> s.u32(2)
                                        .raw(0x70, 0)
                                        .u32(60_000)
                                        .raw(0x70, 0)
                                        .u32(60_000))),
                bomb("the type 0x64", m -> m.section(4, s -> s.u32(1).raw(0x64, 0, 0))),
                bomb("2 memories", m -> m.section(5, s -> s.u32(2).raw(0, 1, 0, 1))),
                bomb("shared", m -> m.section(5, s -> s.u32(1).raw(3, 1, 1))),
                bomb("64 bits", m -> m.section(5, s -> s.u32(1).raw(4, 1, 1))),
                bomb("globals", m -> m.section(6, s -> s.u32(FOUR_GIB))),
                bomb("exports", m -> m.section(7, s -> s.u32(FOUR_GIB))),
                bomb("element segments", m -> m.section(9, s -> s.u32(FOUR_GIB))),
                bomb(
                        "entries of an element segment",
                        m -> m.section(9, s -> s.u32(1).raw(0, 0x41, 0, 0x0b).u32(FOUR_GIB))),
                bomb("of the form 8", m -> m.section(9, s -> s.u32(1).u32(8))),
                bomb("data segments", m -> m.section(11, s -> s.u32(FOUR_GIB))),
                bomb(
                        "bytes are announced",
                        m -> m.section(11, s -> s.u32(1).raw(1).u32(FOUR_GIB))),
                bomb("of the form 2", m -> m.section(11, s -> s.u32(1).raw(2))),
                bomb("section 13", m -> m.section(13, s -> s.u32(FOUR_GIB))),
                bomb("section 99", m -> m.section(99, s -> s.u32(0))),
                bomb("bytes are announced", m -> m.raw(1).u32(FOUR_GIB)),
                bomb("bytes of a name", m -> m.section(0, s -> s.u32(FOUR_GIB))),
                bomb("something else", m -> m.section(8, s -> s.u32(0).raw(1))),
                bomb("more than 32 bits", m -> m.section(8, s -> s.raw(0xff, 0xff, 0xff, 0xff, 0x7f))),
                bomb(
                        "more than 32 bits",
                        m -> m.section(8, s -> s.times(10, 0x80).raw(0))),
                bomb("function bodies", m -> m.section(10, s -> s.u32(FOUR_GIB))),
                bomb(
                        "0 functions are announced and 1 follow",
                        m -> m.section(10, s -> s.u32(1).raw(2, 0, 0x0b))));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                bomb("groups of locals", b -> b.u32(FOUR_GIB)),
                bomb("locals of a function", b -> b.u32(1).u32(FOUR_GIB).raw(0x7f)),
                bomb("locals of a function", b -> b.u32(3).times(3, 0xd0, 0x0f, 0x7f)),
                bomb("the type 0x7b", b -> b.u32(1).u32(1).raw(0x7b)),
                bomb("nested blocks", b -> b.u32(0).times(1_001, 0x02, 0x40)),
                bomb("targets of a branch table", b -> b.u32(0).raw(0x0e).u32(FOUR_GIB)),
                bomb("in the middle", b -> b.u32(0).raw(0x41)),
                bomb("in the middle", b -> b.u32(0).times(10, 0x01)),
                bomb("too many bytes", b -> b.u32(0).raw(0x42).times(11, 0x80)),
                bomb("followed by", b -> b.u32(0).raw(0x0b, 0x0b)),
                bomb("instruction 0x06", b -> b.u32(0).raw(0x06)), // try
                bomb("instruction 0x08", b -> b.u32(0).raw(0x08)), // throw
                bomb("instruction 0x12", b -> b.u32(0).raw(0x12)), // return_call
                bomb("instruction 0x14", b -> b.u32(0).raw(0x14)), // call_ref
                bomb("instruction 0x1f", b -> b.u32(0).raw(0x1f)), // try_table
                bomb("instruction 0xd3", b -> b.u32(0).raw(0xd3)), // ref.eq
                bomb("instruction 0xfb", b -> b.u32(0).raw(0xfb)), // garbage collection
                bomb("instruction 0xfd", b -> b.u32(0).raw(0xfd)), // vectors
                bomb("instruction 0xfe", b -> b.u32(0).raw(0xfe)), // threads
                bomb("instruction 0xff", b -> b.u32(0).raw(0xff)),
                bomb("instruction 0xfc 18", b -> b.u32(0).raw(0xfc, 18)),
                bomb("instruction 0xfc 2147483647", b -> b.u32(0).raw(0xfc).u32(FOUR_GIB)),
                bomb("a memory other", b -> b.u32(0).raw(0x3f, 1)),
                bomb("a memory other", b -> b.u32(0).raw(0x28, 0x40, 1, 0)),
                bomb("a memory other", b -> b.u32(0).raw(0xfc, 10, 0, 1)),
                bomb("the type 0x63", b -> b.u32(0).raw(0x1c, 1, 0x63)));
    }

    private static Arguments bomb(String reason, Consumer<Bytes> content) {
        return Arguments.of(reason, content);
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("bombs")
    void module_thatAnnouncesMoreThanItHas_isRefused(String reason, Consumer<Bytes> sections) {
        byte[] bytes = Guests.module(sections);

        assertRefused(bytes, reason);
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("bodies")
    void function_beyondTheBounds_isRefused(String reason, Consumer<Bytes> body) {
        byte[] bytes = Guests.module(m -> m.section(1, s -> s.u32(1).raw(0x60, 0, 0))
                .section(3, s -> s.u32(1).u32(0))
                .section(10, s -> s.u32(1).sized(body)));

        assertRefused(bytes, reason);
    }

    @Test
    void locals_ofManyFunctions_areCountedTogether() {
        int functions = 300;
        byte[] bytes = Guests.module(m -> m.section(1, s -> s.u32(1).raw(0x60, 0, 0))
                .section(3, s -> s.u32(functions).times(functions, 0))
                .section(10, s -> {
                    s.u32(functions);
                    for (int i = 0; i < functions; i++) {
                        s.sized(b -> b.u32(1).u32(4_000).raw(0x7f, 0x0b));
                    }
                }));

        assertRefused(bytes, "locals of all functions");
    }

    @Test
    void instructions_areCountedTogether() {
        byte[] bytes = Guests.module(m -> m.section(1, s -> s.u32(1).raw(0x60, 0, 0))
                .section(3, s -> s.u32(1).u32(0))
                .section(
                        10,
                        s -> s.u32(1).sized(b -> b.u32(0).times(2_000_001, 0x01).raw(0x0b))));

        assertRefused(bytes, "instructions");
    }

    @Test
    void module_thatIsNone_isRefused() {
        assertRefused(new byte[0], "does not begin");
        assertRefused(new byte[] {0, 'a', 's'}, "does not begin");
        assertRefused("#!/bin/sh\necho hello\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), "does not begin");
        assertRefused(new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0}, "does not begin"); // a component
    }

    @Test
    void module_thatIsEmpty_lacksItsExports() {
        assertRefused(Guests.module(m -> {}), "exports no memory");
    }

    @Test
    void module_thatExportsAFunctionItHasNot_isRefused() {
        byte[] bytes = Guests.module(m -> m.section(5, s -> s.u32(1).raw(0, 1))
                .section(
                        7,
                        s -> s.u32(2)
                                .name("memory")
                                .raw(2, 0)
                                .name("alloc")
                                .raw(0)
                                .u32(FOUR_GIB)));

        assertRefused(bytes, "unknown function");
    }

    @Test
    void module_thatTheEngineRefuses_isRefused() {
        // Well formed, and wrong: a function that should give a number and gives none.
        byte[] bytes = Guests.module(m -> m.section(1, s -> s.u32(1).raw(0x60, 0, 1, 0x7f))
                .section(3, s -> s.u32(1).u32(0))
                .section(10, s -> s.u32(1).sized(b -> b.u32(0).raw(0x0b))));

        assertRefused(bytes, "malformed");
    }

    private static void assertRefused(byte[] bytes, String reason) {
        var builder = WasmTool.builder("hostile", bytes);

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'hostile'")
                .withMessageContaining(reason);
    }
}
