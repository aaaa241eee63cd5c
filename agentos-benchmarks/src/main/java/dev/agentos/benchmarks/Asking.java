package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Who asks and who answers, on either side. */
final class Asking {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Asking() {}

    /** Asks within its handler, again and again. */
    record Interviewer(Address answerer) implements ReactiveAgent {
        @Override
        public void onMessage(Message message, AgentContext ctx) {
            var interview = message.payload(Wire.Interview.class);
            for (int i = 0; i < interview.questions(); i++) {
                long before = System.nanoTime();
                ctx.ask(answerer, Wire.Question.ONE, LIMIT);
                interview.took(i, System.nanoTime() - before);
            }
        }
    }

    /** A question of an actor. */
    record PekkoQuestion(ActorRef<Wire.Answer> replyTo) {}

    static Behavior<Object> pekkoAnswerer() {
        return Behaviors.receiveMessage(message -> {
            ((PekkoQuestion) message).replyTo().tell(Wire.Answer.ONE);
            return Behaviors.same();
        });
    }

    /** Asks the next question when the answer to the last one has come, since an actor does not wait. */
    static final class PekkoInterviewer {
        private final ActorContext<Object> context;
        private final ActorRef<Object> answerer;
        private Wire.@Nullable Interview interview;
        private int next;
        private long asked;

        private PekkoInterviewer(ActorContext<Object> context, ActorRef<Object> answerer) {
            this.context = context;
            this.answerer = answerer;
        }

        static Behavior<Object> behavior(ActorRef<Object> answerer) {
            return Behaviors.setup(
                    context -> Behaviors.receiveMessage(new PekkoInterviewer(context, answerer)::onMessage));
        }

        private Behavior<Object> onMessage(Object message) {
            switch (message) {
                case Wire.Interview begun -> {
                    interview = begun;
                    next = 0;
                    ask();
                }
                case Wire.Answer answer -> answered();
                default -> throw new IllegalStateException("no answer: " + message);
            }
            return Behaviors.same();
        }

        private void ask() {
            asked = System.nanoTime();
            context.ask(
                    Wire.Answer.class,
                    answerer,
                    LIMIT,
                    PekkoQuestion::new,
                    (answer, failure) -> answer != null ? answer : failure);
        }

        private void answered() {
            Wire.Interview going = interview;
            if (going == null) {
                throw new IllegalStateException("an answer that nobody asked for");
            }
            going.took(next++, System.nanoTime() - asked);
            if (next < going.questions()) {
                ask();
            }
        }
    }
}
