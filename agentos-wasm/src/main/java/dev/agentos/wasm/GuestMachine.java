package dev.agentos.wasm;

import java.util.Deque;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.wasm.types.FunctionType;

/*
 * The engine calls itself for each call of the guest, and ends an endless recursion by a StackOverflowError, wherever that strikes: in
 * the initialiser of a class it would break that class for the whole JVM. So calls are counted, and so many fit on the thread's stack
 * (8,500 on 8 MiB without the compiler, measured). What the frames hold on the heap is bounded too: 1,000 calls of a function with 5,000
 * locals would else take 100 MB.
 */
/** The interpreter, with bounds on the depth of calls and on what their frames hold. One for each instance. */
final class GuestMachine extends InterpreterMachine {
    static final int MAX_DEPTH = 2_000;
    static final long STACK_BYTES = 16L << 20;

    /** Slots of 20 bytes or so. */
    private static final int MAX_SLOTS = 1_000_000;

    private final int[] frameSlots;
    private final int imported;
    private int depth;
    private int held;

    GuestMachine(Instance instance, int[] frameSlots) {
        super(instance);
        this.frameSlots = frameSlots;
        this.imported = instance.imports().functionCount();
    }

    @Override
    protected long @Nullable [] call(
            MStack stack,
            Instance instance,
            Deque<StackFrame> callStack,
            int function,
            long[] arguments,
            Object @Nullable [] references,
            @Nullable FunctionType type,
            boolean popResults) {
        int slots = function < imported ? 1 : frameSlots[function - imported];
        if (depth >= MAX_DEPTH || held + slots > MAX_SLOTS) {
            throw GuestFault.of("its calls are nested too deep: " + depth);
        }
        depth++;
        held += slots;
        try {
            return super.call(stack, instance, callStack, function, arguments, references, type, popResults);
        } finally {
            depth--;
            held -= slots;
        }
    }
}
