package dev.agentos.examples.research;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One agent reads a folder and remembers its passages, another finds answers in them, a third may not. */
public final class ResearchNotes {
    private static final String NOTES = "shared/notes";
    private static final List<String> QUESTIONS = List.of("How does a daemon stop?", "Why was ping-pong slow?");

    private ResearchNotes() {}

    /** Prints what is found: {@code [folder [question]...]}. With agentos-embeddings on the class path, by meaning too. */
    public static void main(String... args) throws Exception {
        Path folder = Path.of(args.length == 0 ? "docs" : args[0]).toRealPath();
        var questions = args.length < 2 ? QUESTIONS : List.of(args).subList(1, args.length);
        var reader = AgentSpec.builder("reader")
                .run(ctx -> ctx.result(read(ctx, folder.toString())))
                .grant("file:" + folder + "/** read")
                .grant("memory:shared/notes write");
        var scholar = AgentSpec.builder("scholar").onMessage(ResearchNotes::answer);
        try (var os = AgentOS.inMemory()) {
            System.out.println(os.spawn(reader.build()).await().result(String.class));
            var stranger = os.spawn(scholar.build().named("stranger"));
            var reading = os.spawn(scholar.grant("memory:shared/notes read").build());
            questions.forEach(each -> System.out.println(reading.ask(each, String.class, Duration.ofMinutes(1))));
            System.out.println(stranger.ask(questions.getFirst(), String.class, Duration.ofMinutes(1)));
        }
    }

    private static String read(AgentContext ctx, String folder) {
        var memory = ctx.memory(NOTES).longTerm();
        int count = 0;
        String names = ctx.tools().call("file.list", Map.of("path", folder)).text();
        for (String file : names.lines().filter(name -> name.endsWith(".md")).toList()) {
            var path = Map.of("path", folder + "/" + file);
            String text = ctx.tools().call("file.read", path).text();
            count += memory.rememberAll(Passage.notes(file, text)).size();
        }
        return "reader remembers " + count + " passages in " + NOTES;
    }

    private static void answer(Message question, AgentContext ctx) {
        var answer = new StringBuilder("\n" + ctx.self() + ": " + question.payload());
        try {
            var hits = ctx.memory(NOTES).longTerm().recall(question.payload(String.class), 3);
            hits.forEach(hit -> answer.append("\n").append(Passage.citation(hit)));
        } catch (DeniedException e) {
            answer.append("\n  denied; it would take the grant\n  ").append(e.missing());
        }
        ctx.reply(question, answer.toString());
    }
}
