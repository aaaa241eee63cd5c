package dev.agentos.wasm;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A module that was checked and parsed. Immutable and thread-safe: each call gets an instance of its own, with its own
 * memory, globals and tables, so that nothing of one call can be found in the next.
 */
final class GuestModule {
    private static final int LAST_SECTION = 12;

    private final WasmModule module;
    private final int[] frameSlots;
    private final int maxPages;
    private final List<FunctionImport> imports;

    private GuestModule(WasmModule module, ModuleFacts facts, int maxPages) {
        this.module = module;
        this.frameSlots =
                facts.frameSlots().stream().mapToInt(Integer::intValue).toArray();
        this.maxPages = maxPages;
        this.imports =
                module.importSection().stream().map(FunctionImport.class::cast).toList();
    }

    /**
     * Checks and parses a module.
     *
     * @throws ModuleFault if it is malformed, beyond a bound, or uses what is not supported
     */
    static GuestModule load(byte[] bytes, WasmLimits limits) {
        ModuleFacts facts = ModuleScan.scan(bytes);
        ModuleFacts.atMost("pages of memory at the start", facts.memoryPages(), limits.pages());
        var parser = Parser.builder();
        // Custom sections are for debuggers: what nobody needs is not parsed.
        IntStream.rangeClosed(1, LAST_SECTION).forEach(parser::includeSectionId);
        try {
            WasmModule module = parser.build().parse(() -> new ByteArrayInputStream(bytes));
            return new GuestModule(module, facts, limits.pages());
        } catch (RuntimeException | StackOverflowError e) {
            // The engine throws its own exceptions for most faults, and those of arrays and casts for some.
            throw new ModuleFault("is malformed: " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    /** {@return the functions that it asks of its host} */
    List<FunctionImport> imports() {
        return imports;
    }

    FunctionType typeOf(FunctionImport wanted) {
        return module.typeSection().getType(wanted.typeIndex());
    }

    /**
     * Checks that the module exports a function.
     *
     * @throws ModuleFault if there is none of this name and type
     */
    void requireFunction(String name, FunctionType type) {
        Export export = export(name, ExternalType.FUNCTION);
        if (export == null || !Signature.isSame(functionType(export.index()), type)) {
            throw new ModuleFault("exports no function '" + name + "' of the type " + Signature.text(type));
        }
    }

    /**
     * Checks that the module exports its memory.
     *
     * @throws ModuleFault if it does not
     */
    void requireMemory(String name) {
        if (export(name, ExternalType.MEMORY) == null) {
            throw new ModuleFault("exports no memory '" + name + "'");
        }
    }

    private @Nullable Export export(String name, ExternalType kind) {
        var section = module.exportSection();
        return IntStream.range(0, section.exportCount())
                .mapToObj(section::getExport)
                .filter(export -> export.name().equals(name) && export.exportType() == kind)
                .findFirst()
                .orElse(null);
    }

    private FunctionType functionType(int index) {
        int own = module.functionSection().functionCount();
        // The engine looks at exports when it makes an instance, and not before.
        if (index < 0 || index >= imports.size() + own) {
            throw new ModuleFault("exports the unknown function " + index);
        }
        return index < imports.size()
                ? typeOf(imports.get(index))
                : module.typeSection().getType(module.functionSection().getFunctionType(index - imports.size()));
    }

    /** Makes an instance, and runs what the module wants to have run at its start: on the thread of the guest. */
    Instance instantiate(Meter meter, ImportValues host) {
        return Instance.builder(module)
                .withImportValues(host)
                .withMemoryFactory(this::memory)
                .withTableFactory(GuestModule::table)
                .withMachineFactory(instance -> new GuestMachine(instance, frameSlots))
                .withUnsafeExecutionListener(meter)
                .withStart(false)
                .build();
    }

    private ByteArrayMemory memory(MemoryLimits declared) {
        Objects.checkIndex(declared.initialPages(), maxPages + 1);
        return new ByteArrayMemory(
                new MemoryLimits(declared.initialPages(), Math.min(declared.maximumPages(), maxPages)));
    }

    /** The engine counts how a table grows in the limits that it was declared with, which all instances share. */
    private static TableInstance table(Table declared, int initialValue) {
        var limits = new TableLimits(
                declared.limits().min(), Math.min(declared.limits().max(), ModuleFacts.MAX_TABLE_ENTRIES));
        return new TableInstance(new Table(declared.elementType(), limits, declared.initialize()), initialValue);
    }
}
