package dev.agentos.security.sandbox.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles classic BPF: the instructions that a seccomp filter needs, with labels for jumps, which only go forward. Not
 * thread-safe.
 */
final class Bpf {
    static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
    static final int JUMP = 0x05; // BPF_JMP | BPF_JA; its distance is the operand, so that it reaches anywhere
    static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    static final int JUMP_GREATER_OR_EQUAL = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    static final int JUMP_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    static final int RETURN = 0x06; // BPF_RET | BPF_K

    /** How many instructions the kernel takes. */
    static final int MAX_INSTRUCTIONS = 4_096;

    private static final int MAX_JUMP = 255;

    private final List<Unresolved> program = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private int made;

    /** One instruction, as {@code struct sock_filter} holds it. */
    record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    /** Empty labels stand for the next instruction. */
    private record Unresolved(int code, String ifTrue, String ifFalse, int operand) {}

    /** Loads a 32-bit word of {@code struct seccomp_data}. */
    Bpf load(int offset) {
        return add(LOAD_WORD, "", "", offset);
    }

    Bpf and(int mask) {
        return add(AND, "", "", mask);
    }

    Bpf ifEqual(int value, String ifTrue, String ifFalse) {
        return add(JUMP_EQUAL, ifTrue, ifFalse, value);
    }

    /** Compares without sign. */
    Bpf ifAtLeast(int value, String ifTrue, String ifFalse) {
        return add(JUMP_GREATER_OR_EQUAL, ifTrue, ifFalse, value);
    }

    Bpf ifAnyBit(int mask, String ifTrue, String ifFalse) {
        return add(JUMP_ANY_BIT, ifTrue, ifFalse, mask);
    }

    Bpf jump(String label) {
        return add(JUMP, label, "", 0);
    }

    Bpf answer(int action) {
        return add(RETURN, "", "", action);
    }

    /** Names the next instruction. */
    Bpf label(String name) {
        if (labels.putIfAbsent(name, program.size()) != null) {
            throw new IllegalStateException("two places are called " + name);
        }
        return this;
    }

    /** {@return a name that was not used before} */
    String fresh() {
        return "#" + made++;
    }

    private Bpf add(int code, String ifTrue, String ifFalse, int operand) {
        program.add(new Unresolved(code, ifTrue, ifFalse, operand));
        return this;
    }

    /**
     * {@return the program}
     *
     * @throws IllegalStateException if a jump leads nowhere, back or too far, or the end can be run over
     */
    List<Instruction> assemble() {
        if (program.isEmpty() || program.size() > MAX_INSTRUCTIONS || program.getLast().code != RETURN) {
            throw new IllegalStateException("a program has to end with an answer: " + program.size());
        }
        var instructions = new ArrayList<Instruction>();
        for (Unresolved each : program) {
            int next = instructions.size() + 1;
            instructions.add(
                    each.code == JUMP
                            ? new Instruction(JUMP, 0, 0, distance(each.ifTrue, next, MAX_INSTRUCTIONS))
                            : new Instruction(
                                    each.code,
                                    distance(each.ifTrue, next, MAX_JUMP),
                                    distance(each.ifFalse, next, MAX_JUMP),
                                    each.operand));
        }
        return List.copyOf(instructions);
    }

    private int distance(String label, int from, int most) {
        if (label.isEmpty()) {
            return 0;
        }
        Integer place = labels.get(label);
        int distance = place == null ? -1 : place - from;
        if (distance < 0 || distance > most || from + distance >= program.size()) {
            throw new IllegalStateException("no jump from " + from + " to " + label);
        }
        return distance;
    }
}
