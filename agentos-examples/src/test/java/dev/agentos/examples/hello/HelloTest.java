package dev.agentos.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.agentos.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HelloTest {
    @Test
    void main_logsUnderTheNameOfTheAgent_andLeavesNothingBehind() {
        var leaks = LeakCheck.begin();
        var lines = new ListAppender<ILoggingEvent>();
        var agents = (Logger) LoggerFactory.getLogger("agent");
        lines.start();
        agents.addAppender(lines);

        Hello.main();

        agents.detachAppender(lines);
        assertThat(lines.list)
                .extracting(line -> line.getKeyValuePairs().toString(), ILoggingEvent::getFormattedMessage)
                .containsExactly(tuple("[agent=\"hello\"]", "Hello from hello"));
        leaks.assertNothingLeft();
    }
}
