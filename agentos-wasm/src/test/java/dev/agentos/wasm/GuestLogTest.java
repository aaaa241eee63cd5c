package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GuestLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(GuestLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(appender);
        logger.setAdditive(false);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void guest_isQuotedUpToItsLimit_andNamed() {
        Guests.call(Guests.tool("log"), "{\"a\":1}"); // 1,000 times

        List<ILoggingEvent> lines = List.copyOf(appender.list);
        assertThat(lines).hasSize(GuestLog.MAX_LINES + 1).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getKeyValuePairs().toString())
                    .contains("tool=\"log\"")
                    .contains("principal=\"host\"");
        });
        assertThat(lines.getFirst().getFormattedMessage()).isEqualTo("{\"a\":1}");
        assertThat(lines.getLast().getFormattedMessage()).contains("more than is kept");
    }

    @Test
    void levels_areThoseOfTheGuest_butNeverAnErrorOfOurs() {
        var log = new GuestLog("tool", dev.agentos.api.security.PrincipalId.user("ada"));

        log.line(0, "detail");
        log.line(1, "fact");
        log.line(2, "warning");
        log.line(3, "catastrophe");
        log.line(-1, "nonsense");

        assertThat(appender.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.DEBUG, Level.INFO, Level.WARN, Level.WARN, Level.WARN);
    }

    @Test
    void standardError_isLoggedByLines_onlyIfTheBuilderSaysSo() {
        var command = Guests.builder("wasi-exit");

        Guests.call(command.wasi().build(), "{}");
        assertThat(appender.list).isEmpty();
        Guests.call(command.wasi(Wasi.builder().logErrors().build()).build(), "{}");

        assertThat(appender.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("no such column", "price, name");
        assertThat(appender.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.INFO);
    }

    @Test
    void standardError_isCutAndCounted() {
        var errors = new GuestErrors(new GuestLog("tool", dev.agentos.api.security.PrincipalId.user("ada")), true);

        errors.write("x".repeat(3 * GuestLog.MAX_BYTES).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        errors.write("\n".repeat(1_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        errors.write("end \u001b[31m".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        errors.close();

        assertThat(appender.list).hasSize(GuestLog.MAX_LINES + 1);
        assertThat(appender.list.getFirst().getFormattedMessage()).hasSize(GuestLog.MAX_BYTES);
        assertThat(errors.behind("it failed"))
                .hasSizeLessThan(2 * GuestErrors.MAX_TAIL)
                .endsWith("x | end \ufffd[31m");
    }

    @Test
    void lines_cannotBeBrokenOrColoured() {
        String hostile = "a\nERROR b\r\u001b[31mred\u0000\u2028\u202e\u200b\ttab {} ${jndi:ldap://x} 🌍";

        String line = GuestLog.oneLine(hostile);

        assertThat(line)
                .isEqualTo("a\ufffdERROR b\ufffd\ufffd[31mred\ufffd\ufffd\ufffd\ufffd\ufffdtab {} ${jndi:ldap://x} 🌍");
    }
}
