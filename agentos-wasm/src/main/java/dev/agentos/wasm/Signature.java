package dev.agentos.wasm;

import java.util.List;
import java.util.stream.Collectors;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** Types of functions that module and host agree on. */
final class Signature {
    /** A place in memory, in; nothing out. */
    static final FunctionType TAKES_BYTES = of(List.of(ValType.I32, ValType.I32), List.of());
    /** A place in memory, in; a place in memory, out, as address × 2³² + length. */
    static final FunctionType MAPS_BYTES = of(List.of(ValType.I32, ValType.I32), List.of(ValType.I64));

    static final FunctionType ALLOCATES = of(List.of(ValType.I32), List.of(ValType.I32));
    static final FunctionType LOGS = of(List.of(ValType.I32, ValType.I32, ValType.I32), List.of());
    static final FunctionType TELLS = of(List.of(), List.of(ValType.I64));
    static final FunctionType RUNS = of(List.of(), List.of());

    private Signature() {}

    static FunctionType of(List<ValType> parameters, List<ValType> results) {
        return FunctionType.of(parameters, results);
    }

    static boolean isSame(FunctionType one, FunctionType other) {
        return text(one).equals(text(other));
    }

    /** {@return such as {@code (i32, i32) -> (i64)}} */
    static String text(FunctionType type) {
        return list(type.params()) + " -> " + list(type.returns());
    }

    private static String list(List<ValType> types) {
        return types.stream().map(Signature::name).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String name(ValType type) {
        return switch (type.opcode()) {
            case 0x7f -> "i32";
            case 0x7e -> "i64";
            case 0x7d -> "f32";
            case 0x7c -> "f64";
            default -> "ref 0x%02x".formatted(type.opcode());
        };
    }
}
