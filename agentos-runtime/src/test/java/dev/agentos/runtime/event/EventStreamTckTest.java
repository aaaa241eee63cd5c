package dev.agentos.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.store.HeapStorage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** The conformance suite of Reactive Streams, over a stream that begins in a history and never completes by itself. */
class EventStreamTckTest {
    private static final long PATIENCE_MILLIS = 2_000;
    private static final long SILENCE_MILLIS = 50;

    @Test
    void publisher_keepsTheRulesOfReactiveStreams() {
        var results = new TestListenerAdapter();
        var suite = new TestNG(false);
        suite.setVerbose(0);
        suite.setTestClasses(new Class<?>[] {Verification.class});
        suite.addListener(results);

        suite.run();

        assertThat(results.getFailedTests())
                .extracting(each -> each.getName() + ": " + each.getThrowable())
                .isEmpty();
        assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(18);
    }

    /** Run by TestNG, so public. */
    public static final class Verification extends FlowPublisherVerification<Event> {
        private static final int MOST = 1_000;

        public Verification() {
            super(new TestEnvironment(PATIENCE_MILLIS, SILENCE_MILLIS));
        }

        @Override
        public Flow.Publisher<Event> createFlowPublisher(long elements) {
            var bus = new EventBus(new HeapStorage(2 * MOST), TimeSource.system());
            for (int i = 0; i < Math.min(elements, MOST); i++) {
                bus.publish(null, new SystemEvent.Logged("line " + i));
            }
            return bus.publisher(EventFilter.all(), 0);
        }

        @Override
        public Flow.Publisher<Event> createFailedFlowPublisher() {
            return null; // a stream of events fails only where its subscriber breaks the rules
        }

        @Override
        public long maxElementsFromPublisher() {
            return publisherUnableToSignalOnComplete();
        }
    }
}
