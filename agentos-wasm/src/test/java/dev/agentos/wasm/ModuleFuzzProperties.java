package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Damaged modules are no tools, or tools that fail: nothing but a typed error, and soon. */
class ModuleFuzzProperties {
    private static final List<String> SEEDS =
            List.of("echo", "remember", "recursion", "indirect-recursion", "table-memory", "trap-indirect", "fail");

    @Property(tries = 400)
    void truncatedModule_isRefused_unlessItEndsWhereASectionBegins(
            @ForAll @IntRange(max = 6) int seed, @ForAll long random) {
        byte[] whole = Guests.wasm(SEEDS.get(seed));
        byte[] cut = Arrays.copyOf(whole, new Random(random).nextInt(whole.length));

        Tool tool = build(cut);

        // Between two sections a module may end: then it lacks something that is not always needed, such as its data.
        if (tool != null) {
            assertThat(isBoundary(whole, cut.length))
                    .as("a section begins at %d", cut.length)
                    .isTrue();
            assertThat(Guests.call(tool, "{\"n\":1}")).isInstanceOfAny(ToolResult.Ok.class, ToolResult.Failed.class);
        }
    }

    private static boolean isBoundary(byte[] module, int end) {
        int at = 8; // magic number and version
        while (at < end) {
            int size = 0;
            int shift = 0;
            at++; // the section's id
            byte next;
            do {
                next = module[at++];
                size |= (next & 0x7f) << shift;
                shift += 7;
            } while (next < 0);
            at += size;
        }
        return at == end;
    }

    @Property(tries = 1_500)
    void mutatedModule_isRefusedOrFailsOrRuns(
            @ForAll @IntRange(max = 6) int seed, @ForAll long random, @ForAll @IntRange(min = 1, max = 8) int changes) {
        byte[] bytes = Guests.wasm(SEEDS.get(seed));
        var chance = new Random(random);
        for (int i = 0; i < changes; i++) {
            bytes[8 + chance.nextInt(bytes.length - 8)] = (byte) chance.nextInt();
        }

        Tool tool = build(bytes);

        if (tool != null) {
            assertThat(Guests.call(tool, "{\"n\":1}")).isInstanceOfAny(ToolResult.Ok.class, ToolResult.Failed.class);
        }
    }

    @Property(tries = 500)
    void mutatedCommand_isRefusedOrFailsOrRuns(
            @ForAll boolean one, @ForAll long random, @ForAll @IntRange(min = 1, max = 6) int changes) {
        byte[] bytes = Guests.wasm(one ? "wasi-copy" : "wasi-open");
        var chance = new Random(random);
        for (int i = 0; i < changes; i++) {
            // Behind the imports, which are half of it: else little would be left that loads.
            bytes[bytes.length / 2 + chance.nextInt(bytes.length - bytes.length / 2)] = (byte) chance.nextInt();
        }

        Tool tool =
                build(bytes, Wasi.builder().argument("a").maxFileBytes(1_000).build());

        if (tool != null) {
            assertThat(Guests.call(tool, "{\"n\":1}")).isInstanceOfAny(ToolResult.Ok.class, ToolResult.Failed.class);
        }
    }

    @Property(tries = 300)
    void splicedModule_isRefusedOrFailsOrRuns(
            @ForAll @IntRange(max = 6) int one, @ForAll @IntRange(max = 6) int other, @ForAll long random) {
        byte[] head = Guests.wasm(SEEDS.get(one));
        byte[] tail = Guests.wasm(SEEDS.get(other));
        var chance = new Random(random);
        int from = chance.nextInt(tail.length);
        byte[] bytes = Arrays.copyOf(head, chance.nextInt(head.length) + tail.length - from);
        System.arraycopy(tail, from, bytes, bytes.length - (tail.length - from), tail.length - from);

        Tool tool = build(bytes);

        if (tool != null) {
            assertThat(Guests.call(tool, "{}")).isInstanceOfAny(ToolResult.Ok.class, ToolResult.Failed.class);
        }
    }

    @Property(tries = 300)
    void noise_isRefused(@ForAll byte[] noise) {
        byte[] bytes = Guests.module(m -> {
            for (byte b : noise) {
                m.raw(b);
            }
        });

        assertThat(build(bytes)).isNull();
    }

    @SuppressWarnings("NullAway")
    private static Tool build(byte[] bytes) {
        return build(bytes, null);
    }

    @SuppressWarnings("NullAway")
    private static Tool build(byte[] bytes, Wasi wasi) {
        try {
            var builder = WasmTool.builder("fuzzed", bytes)
                    .description("Damaged.")
                    .maxInstructions(100_000)
                    .timeout(Duration.ofSeconds(30));
            return (wasi == null ? builder : builder.wasi(wasi)).build();
        } catch (InvalidModuleException e) {
            return null;
        }
    }

    /** The property that everything above rests on: one runtime goes on while damaged modules run in it. */
    @Property(tries = 20)
    void runtime_goesOn_afterDamagedModules(@ForAll long random) {
        byte[] bytes = Guests.wasm("remember");
        var chance = new Random(random);
        bytes[8 + chance.nextInt(bytes.length - 8)] ^= (byte) (1 << chance.nextInt(8));
        Tool tool = build(bytes);
        var builder = AgentOS.builder().tool(Guests.tool("echo"));
        if (tool != null) {
            builder.tool(tool);
        }

        try (AgentOS os = builder.build()) {
            os.tools().tryCall("fuzzed", "{}");

            assertThat(os.tools().tryCall("echo", "{}").text()).isEqualTo("{}");
        }
    }
}
