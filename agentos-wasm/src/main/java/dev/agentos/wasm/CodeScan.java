package dev.agentos.wasm;

import static dev.agentos.wasm.ModuleFacts.atMost;

/**
 * Walks over instructions: those of WebAssembly 2.0 without vectors, which is what compilers for C, Rust, Go and Zig emit
 * unless told otherwise. Whatever came later (threads, exceptions, tail calls, garbage collection, several memories, 64-bit
 * addresses) is refused: each would need bounds of its own.
 *
 * <p>It checks shape, not types: the engine validates those, once it is known that this cannot cost more than the bounds
 * allow.
 */
final class CodeScan {
    private static final int I64_BYTES = 10;
    private static final int I32_BYTES = 5;
    private static final int MULTI_MEMORY_FLAG = 0x40;

    private final ModuleBytes code;
    private long instructions;
    private int deepest;

    CodeScan(ModuleBytes code) {
        this.code = code;
    }

    /** {@return how many instructions were passed; each target of a branch table counts} */
    long instructions() {
        return instructions;
    }

    /** {@return how deep blocks were nested} */
    int deepest() {
        return deepest;
    }

    /** Passes over one expression, its end included. */
    void expression() {
        int depth = 1;
        while (depth > 0) {
            instructions++;
            int opcode = code.u8();
            switch (opcode) {
                case 0x02, 0x03, 0x04 -> {
                    code.skipNumber(I32_BYTES);
                    depth++;
                    deepest = Math.max(deepest, (int) atMost("nested blocks", depth, ModuleFacts.MAX_NESTING));
                }
                case 0x0b -> depth--;
                default -> immediates(opcode);
            }
        }
    }

    private void immediates(int opcode) {
        switch (opcode) {
            case 0x00, 0x01, 0x05, 0x0f, 0x1a, 0x1b, 0xd1 -> {
                // unreachable, nop, else, return, drop, select, ref.is_null
            }
            case 0x0c, 0x0d, 0x10, 0xd2 -> code.u32(); // br, br_if, call, ref.func
            case 0x0e -> branchTable();
            case 0x11 -> { // call_indirect
                code.u32();
                code.u32();
            }
            case 0x1c -> valueTypes(code, code.count("types of a select", ModuleFacts.MAX_ARITY));
            case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26 -> code.u32(); // variables, tables
            case 0x3f, 0x40 -> zero("a memory other than the first");
            case 0x41 -> code.skipNumber(I32_BYTES);
            case 0x42 -> code.skipNumber(I64_BYTES);
            case 0x43 -> code.skip(Float.BYTES);
            case 0x44 -> code.skip(Double.BYTES);
            case 0xd0 -> referenceType(code.u8());
            case 0xfc -> prefixed((int) Math.min(code.u32(), Integer.MAX_VALUE));
            default -> plain(opcode);
        }
    }

    private void plain(int opcode) {
        if (opcode >= 0x28 && opcode <= 0x3e) {
            if (code.u32() >= MULTI_MEMORY_FLAG) {
                throw unsupported("a memory other than the first");
            }
            code.u32();
        } else if (opcode < 0x45 || opcode > 0xc4) {
            throw unsupported("the instruction 0x%02x".formatted(opcode));
        }
    }

    private void prefixed(int opcode) {
        switch (opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> {
                // saturating conversions
            }
            case 8 -> { // memory.init
                code.u32();
                zero("a memory other than the first");
            }
            case 9, 13, 15, 16, 17 -> code.u32(); // data.drop, elem.drop, table.grow, table.size, table.fill
            case 10 -> { // memory.copy
                zero("a memory other than the first");
                zero("a memory other than the first");
            }
            case 11 -> zero("a memory other than the first"); // memory.fill
            case 12, 14 -> { // table.init, table.copy
                code.u32();
                code.u32();
            }
            default -> throw unsupported("the instruction 0xfc " + opcode);
        }
    }

    private void branchTable() {
        int targets = code.count("targets of a branch table", ModuleFacts.MAX_INSTRUCTIONS);
        for (int i = 0; i <= targets; i++) {
            code.u32();
        }
        instructions += targets;
    }

    private void zero(String what) {
        if (code.u8() != 0) {
            throw unsupported(what);
        }
    }

    static void valueTypes(ModuleBytes bytes, int count) {
        for (int i = 0; i < count; i++) {
            valueType(bytes.u8());
        }
    }

    static void valueType(int type) {
        switch (type) {
            case 0x7f, 0x7e, 0x7d, 0x7c -> {
                // i32, i64, f32, f64
            }
            default -> referenceType(type);
        }
    }

    static void referenceType(int type) {
        if (type != 0x70 && type != 0x6f) { // funcref, externref
            throw unsupported("the type 0x%02x".formatted(type));
        }
    }

    static ModuleFault unsupported(String what) {
        return new ModuleFault(
                "uses " + what + ", which is not supported: WebAssembly 2.0 without vectors is, with one memory");
    }
}
