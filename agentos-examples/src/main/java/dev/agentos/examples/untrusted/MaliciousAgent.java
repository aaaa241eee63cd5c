package dev.agentos.examples.untrusted;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent that does all the harm it can. Its result is what it was told, or {@code done}; only to be run isolated. */
public final class MaliciousAgent implements Agent {
    private static final int MIB = 1 << 20;

    /** Made where it is isolated. */
    public MaliciousAgent() {}

    @Override
    public void run(AgentContext ctx) {
        try {
            attempt(ctx, ctx.param("attempt", String.class), ctx.param("target", String.class));
            ctx.result("done");
        } catch (IOException | RuntimeException e) {
            ctx.result(e.toString());
        }
    }

    private static void attempt(AgentContext ctx, String attempt, String target) throws IOException {
        switch (attempt) {
            case "java: read a file" -> ctx.log(Files.readString(Path.of(target)));
            case "java: write a file" -> Files.writeString(Path.of(target), "harm");
            case "java: host's memory" ->
                Files.newByteChannel(Path.of("/proc", target, "mem")).close();
            case "java: phone home" -> {
                try (var home = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target))) {
                    home.getOutputStream().write("loot".getBytes(StandardCharsets.UTF_8));
                }
            }
            case "java: kill the host" ->
                ProcessHandle.of(Long.parseLong(target)).orElseThrow().destroyForcibly();
            case "java: call a tool" -> ctx.tools().call("file.read", Map.of("path", target));
            case "java: exit" -> Runtime.getRuntime().halt(1);
            case "java: eat memory" -> eat();
            case "java: compute for ever" -> compute();
            case "java: forge a grant" -> forge();
            default -> throw new IllegalArgumentException("no such attempt: " + attempt);
        }
    }

    private static void eat() {
        List<byte[]> eaten = new ArrayList<>();
        while (!Thread.interrupted()) {
            eaten.add(new byte[MIB]);
        }
        throw new IllegalStateException("ate " + eaten.size() + " MiB");
    }

    private static void compute() {
        while (!Thread.interrupted()) {
            Thread.onSpinWait();
        }
    }

    /** Speaks to the host past its context. */
    private static void forge() throws IOException {
        byte[] frame = "{\"call\":\"rights.delegate\",\"grant\":1,\"to\":\"thief\"}".getBytes(StandardCharsets.UTF_8);
        var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        out.writeInt(frame.length);
        out.write(frame);
        compute();
    }
}
