package dev.agentos.wasm;

import static dev.agentos.wasm.ModuleFacts.atMost;

import java.util.ArrayList;
import java.util.List;

/*
 * The engine reserves what a module announces before it looks whether that is there: a file of 20 bytes can make it ask for gigabytes,
 * or spend minutes on branches out of deep blocks. So nothing reaches it before this walk has seen every length, count and nesting, and
 * found it within its bound. Types, indices and order of sections are the engine's to check, and it does.
 */
/** Walks over the bytes of a module and checks whatever could make it expensive to load, or is not supported. */
final class ModuleScan {
    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int CUSTOM = 0;
    private static final int FUNCTION_TYPE = 0x60;
    private static final int ELEMENT_PASSIVE = 1;
    private static final int ELEMENT_INDEXED = 2;
    private static final int ELEMENT_EXPRESSIONS = 4;

    private final ModuleBytes module;
    private final List<Integer> arities = new ArrayList<>();
    private final List<Integer> functionTypes = new ArrayList<>();
    private List<Integer> frameSlots = List.of();
    private long memoryPages;
    private long instructions;
    private long locals;
    private long tableEntries;

    private ModuleScan(byte[] bytes) {
        module = new ModuleBytes(bytes);
    }

    /**
     * {@return what is known of a module then}
     *
     * @throws ModuleFault if it is malformed, too much, or uses what is not supported
     */
    static ModuleFacts scan(byte[] bytes) {
        return new ModuleScan(bytes).scan();
    }

    private ModuleFacts scan() {
        for (byte expected : HEADER) {
            if (!module.hasMore() || module.u8() != expected) {
                throw new ModuleFault("is no WebAssembly module: it does not begin with \\0asm and version 1");
            }
        }
        while (module.hasMore()) {
            int id = module.u8();
            ModuleBytes section = module.part(module.u32());
            if (id == CUSTOM) {
                section.name();
            } else {
                section(id, section);
                section.expectEnd("section " + id);
            }
        }
        return new ModuleFacts(memoryPages, frameSlots);
    }

    private void section(int id, ModuleBytes section) {
        switch (id) {
            case 1 -> types(section);
            case 2 -> imports(section);
            case 3 -> functions(section);
            case 4 -> tables(section);
            case 5 -> memories(section);
            case 6 -> globals(section);
            case 7 -> exports(section);
            case 8, 12 -> section.u32(); // start; number of data segments
            case 9 -> elements(section);
            case 10 -> code(section);
            case 11 -> data(section);
            default -> throw CodeScan.unsupported("section " + id);
        }
    }

    private void types(ModuleBytes section) {
        int count = section.count("types", ModuleFacts.MAX_TYPES);
        for (int i = 0; i < count; i++) {
            int form = section.u8();
            if (form != FUNCTION_TYPE) {
                throw CodeScan.unsupported("a type of the form 0x%02x".formatted(form));
            }
            int parameters = section.count("parameters of a function", ModuleFacts.MAX_ARITY);
            CodeScan.valueTypes(section, parameters);
            CodeScan.valueTypes(section, section.count("results of a function", ModuleFacts.MAX_ARITY));
            arities.add(parameters);
        }
    }

    private void imports(ModuleBytes section) {
        int count = section.count("imports", ModuleFacts.MAX_IMPORTS);
        for (int i = 0; i < count; i++) {
            String from = section.name();
            String name = section.name();
            int kind = section.u8();
            if (kind != 0) {
                throw new ModuleFault("imports '" + from + "." + name + "', which is no function");
            }
            knownType(section.u32());
        }
    }

    private void functions(ModuleBytes section) {
        int count = section.count("functions", ModuleFacts.MAX_FUNCTIONS);
        for (int i = 0; i < count; i++) {
            functionTypes.add(knownType(section.u32()));
        }
    }

    private int knownType(long type) {
        if (type >= arities.size()) {
            throw new ModuleFault("has a function of the unknown type " + type);
        }
        return (int) type;
    }

    private void tables(ModuleBytes section) {
        int count = section.count("tables", ModuleFacts.MAX_TABLES);
        for (int i = 0; i < count; i++) {
            CodeScan.referenceType(section.u8());
            long min = limits(section);
            tableEntries = atMost("entries of tables", tableEntries + min, ModuleFacts.MAX_TABLE_ENTRIES);
        }
    }

    private void memories(ModuleBytes section) {
        int count = section.count("memories", 1);
        for (int i = 0; i < count; i++) {
            memoryPages = limits(section);
        }
    }

    /** Reads how much there is to be at the start. */
    private static long limits(ModuleBytes section) {
        int flags = section.u8();
        if (flags > 1) {
            throw CodeScan.unsupported("a memory or table that is shared or of 64 bits");
        }
        long min = section.u32();
        if (flags == 1) {
            section.u32();
        }
        return min;
    }

    private void globals(ModuleBytes section) {
        int count = section.count("globals", ModuleFacts.MAX_GLOBALS);
        for (int i = 0; i < count; i++) {
            CodeScan.valueType(section.u8());
            section.u8();
            expression(section);
        }
    }

    private static void exports(ModuleBytes section) {
        int count = section.count("exports", ModuleFacts.MAX_EXPORTS);
        for (int i = 0; i < count; i++) {
            section.name();
            section.u8();
            section.u32();
        }
    }

    private void elements(ModuleBytes section) {
        int count = section.count("element segments", ModuleFacts.MAX_SEGMENTS);
        for (int i = 0; i < count; i++) {
            long flags = section.u32();
            if (flags > (ELEMENT_PASSIVE | ELEMENT_INDEXED | ELEMENT_EXPRESSIONS)) {
                throw CodeScan.unsupported("an element segment of the form " + flags);
            }
            boolean active = (flags & ELEMENT_PASSIVE) == 0;
            if (active) {
                if ((flags & ELEMENT_INDEXED) != 0) {
                    section.u32();
                }
                expression(section);
            }
            boolean expressions = (flags & ELEMENT_EXPRESSIONS) != 0;
            if (!active || (flags & ELEMENT_INDEXED) != 0) {
                int type = section.u8();
                if (expressions) {
                    CodeScan.referenceType(type);
                }
            }
            int entries = section.count("entries of an element segment", ModuleFacts.MAX_TABLE_ENTRIES);
            count(entries);
            for (int j = 0; j < entries; j++) {
                if (expressions) {
                    expression(section);
                } else {
                    section.u32();
                }
            }
        }
    }

    private void data(ModuleBytes section) {
        int count = section.count("data segments", ModuleFacts.MAX_SEGMENTS);
        for (int i = 0; i < count; i++) {
            long mode = section.u32();
            if (mode > 1) {
                throw CodeScan.unsupported("a data segment of the form " + mode);
            }
            if (mode == 0) {
                expression(section);
            }
            section.skip(section.u32());
        }
    }

    private void code(ModuleBytes section) {
        int count = section.count("function bodies", ModuleFacts.MAX_FUNCTIONS);
        if (count != functionTypes.size()) {
            throw new ModuleFault(functionTypes.size() + " functions are announced and " + count + " follow");
        }
        frameSlots = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ModuleBytes body = section.part(section.u32());
            long own = locals(body);
            var scan = new CodeScan(body);
            scan.expression();
            body.expectEnd("the body of a function");
            count(scan.instructions());
            frameSlots.add((int) (arities.get(functionTypes.get(i)) + own + scan.deepest()));
        }
    }

    private long locals(ModuleBytes body) {
        int groups = body.count("groups of locals", ModuleFacts.MAX_LOCALS);
        long own = 0;
        for (int i = 0; i < groups; i++) {
            own = atMost("locals of a function", own + body.u32(), ModuleFacts.MAX_LOCALS);
            CodeScan.valueType(body.u8());
        }
        locals = atMost("locals of all functions", locals + own, ModuleFacts.MAX_ALL_LOCALS);
        return own;
    }

    private void expression(ModuleBytes section) {
        var scan = new CodeScan(section);
        scan.expression();
        count(scan.instructions());
    }

    private void count(long more) {
        instructions = atMost("instructions and entries", instructions + more, ModuleFacts.MAX_INSTRUCTIONS);
    }
}
