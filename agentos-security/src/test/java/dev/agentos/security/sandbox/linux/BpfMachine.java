package dev.agentos.security.sandbox.linux;

import java.util.List;

/** Runs a seccomp filter as the kernel does, on the data of one system call. */
final class BpfMachine {
    private final List<Bpf.Instruction> program;
    private final int architecture;

    BpfMachine(List<Bpf.Instruction> program, int architecture) {
        this.program = program;
        this.architecture = architecture;
    }

    /** {@return what the filter answers to a call; arguments that are not given are 0} */
    int answer(int number, long... arguments) {
        int accumulator = 0;
        for (int at = 0, steps = 0; ; steps++) {
            if (steps > program.size()) {
                throw new IllegalStateException("the program does not end");
            }
            Bpf.Instruction instruction = program.get(at++);
            switch (instruction.code()) {
                case Bpf.LOAD_WORD -> accumulator = word(number, arguments, instruction.operand());
                case Bpf.AND -> accumulator &= instruction.operand();
                case Bpf.JUMP -> at += instruction.operand();
                case Bpf.JUMP_EQUAL -> at += jump(accumulator == instruction.operand(), instruction);
                case Bpf.JUMP_GREATER_OR_EQUAL ->
                    at += jump(Integer.compareUnsigned(accumulator, instruction.operand()) >= 0, instruction);
                case Bpf.JUMP_ANY_BIT -> at += jump((accumulator & instruction.operand()) != 0, instruction);
                case Bpf.RETURN -> {
                    return instruction.operand();
                }
                default -> throw new IllegalStateException("no such instruction: " + instruction);
            }
        }
    }

    private static int jump(boolean condition, Bpf.Instruction instruction) {
        return condition ? instruction.ifTrue() : instruction.ifFalse();
    }

    /** {@code struct seccomp_data}: number, architecture, instruction pointer, six arguments; little endian. */
    private int word(int number, long[] arguments, int offset) {
        if (offset % 4 != 0 || offset < 0 || offset >= 64) {
            throw new IllegalStateException("the kernel refuses to load from " + offset);
        }
        return switch (offset) {
            case 0 -> number;
            case 4 -> architecture;
            case 8, 12 -> 0;
            default -> {
                int index = (offset - 16) / 8;
                long argument = index < arguments.length ? arguments[index] : 0;
                yield (int) (offset % 8 == 0 ? argument : argument >>> 32);
            }
        };
    }
}
