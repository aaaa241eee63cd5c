package dev.agentos.wasm;

import dev.agentos.api.error.ErrorCode;
import java.time.Duration;
import run.endive.runtime.ExecutionListener;
import run.endive.runtime.MStack;
import run.endive.wasm.types.Instruction;

/**
 * Counts what one call executes, and ends it when that is enough. Asked before each instruction, on the thread of the guest;
 * only {@link #stop} is for other threads. The guest ends itself, so nothing has to be able to run beside it: not a timer,
 * not a carrier.
 */
final class Meter implements ExecutionListener {
    /** How many instructions pass between two looks at the clock: some 0.1 ms. */
    private static final int PERIOD = 4_096;
    /** The engine's stack of operands doubles as it grows and never shrinks; 8 bytes each. */
    private static final int MAX_OPERANDS = 1 << 20;

    private final WasmLimits limits;
    private final long began = System.nanoTime();
    private long left;
    private int untilLook = PERIOD;
    private volatile boolean stopped;

    Meter(WasmLimits limits) {
        this.limits = limits;
        this.left = limits.instructions();
    }

    /** Ends the guest at one of its next instructions. */
    void stop() {
        stopped = true;
    }

    @Override
    public void onExecution(Instruction instruction, MStack stack) {
        if (--left < 0) {
            throw usedUp();
        }
        if (stack.size() > MAX_OPERANDS) {
            throw GuestFault.of("it has more than " + MAX_OPERANDS + " operands on its stack");
        }
        if (--untilLook <= 0) {
            untilLook = PERIOD;
            check();
        }
    }

    /** Takes what a host function cost, in instructions, and looks at the clock. */
    void charge(long instructions) {
        left -= Math.min(left, instructions);
        check();
    }

    /** As {@link #charge}, and ends the guest at once if it has not so many left: before the work is done, not after it. */
    void spend(long instructions) {
        if (instructions > left) {
            left = 0;
            throw usedUp();
        }
        charge(instructions);
    }

    private GuestFault usedUp() {
        return GuestFault.of("it used up its " + limits.instructions() + " instructions");
    }

    void check() {
        if (stopped) {
            throw new GuestFault(ErrorCode.TOOL_TIMEOUT, "it was cancelled");
        }
        if (System.nanoTime() - began > limits.time().toNanos()) {
            throw timeOver(limits.time());
        }
    }

    static GuestFault timeOver(Duration limit) {
        return new GuestFault(ErrorCode.TOOL_TIMEOUT, "it ran longer than " + limit);
    }
}
