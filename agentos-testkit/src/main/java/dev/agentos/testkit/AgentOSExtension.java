package dev.agentos.testkit;

import dev.agentos.api.AgentOS;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs behind {@link AgentOSTest}: builds a runtime before each test, hands out its parts, and checks afterwards that
 * nothing is left.
 *
 * @since 0.1
 */
public final class AgentOSExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(AgentOSExtension.class);
    private static final Duration SHUTDOWN = Duration.ofSeconds(5);
    private static final List<Class<?>> PARTS = List.of(AgentOS.class, ManualClock.class, Recorder.class, Probe.class);

    /** Made by JUnit. */
    public AgentOSExtension() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        var settings = settingsOf(context);
        var leaks = settings.leakCheck() ? LeakCheck.begin() : null;
        var clock = settings.manualTime() ? ManualClock.startingAt(Instant.parse(settings.startsAt())) : null;
        var builder = AgentOS.builder().randomSeed(settings.seed());
        if (clock != null) {
            builder.time(clock);
        }
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            if (instance instanceof AgentOSSetup setup) {
                setup.configure(builder);
            }
        }
        var os = builder.build();
        context.getStore(NAMESPACE)
                .put(Fixture.class, new Fixture(os, clock, Recorder.of(os), leaks, new AtomicInteger()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var fixture = context.getStore(NAMESPACE).remove(Fixture.class, Fixture.class);
        if (fixture == null) {
            return; // the runtime could not be built: JUnit reports that already
        }
        var report = fixture.os().shutdown(SHUTDOWN);
        fixture.recorder().close();
        // What an abandoned agent holds is no news: the agent is the leak.
        if (!report.abandoned().isEmpty()) {
            throw new AssertionError("left behind by the runtime: " + report.abandoned());
        }
        var leaks = fixture.leaks();
        if (leaks != null) {
            leaks.assertNothingLeft();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARTS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var fixture = Objects.requireNonNull(
                context.getStore(NAMESPACE).get(Fixture.class, Fixture.class),
                "parts of a runtime are injected into test methods and @BeforeEach, not into constructors");
        var type = parameter.getParameter().getType();
        if (type == AgentOS.class) {
            return fixture.os();
        }
        if (type == Recorder.class) {
            return fixture.recorder();
        }
        if (type == Probe.class) {
            return Probe.in(fixture.os(), "probe-" + fixture.probes().incrementAndGet());
        }
        if (fixture.clock() == null) {
            throw new IllegalStateException("the time of this test is the system's: @AgentOSTest(manualTime = true)");
        }
        return fixture.clock();
    }

    /** A nested class has those of the class around it, unless it says otherwise. */
    private static AgentOSTest settingsOf(ExtensionContext context) {
        return context.getRequiredTestInstances().getAllInstances().reversed().stream()
                .flatMap(instance -> AnnotationSupport.findAnnotation(instance.getClass(), AgentOSTest.class).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        context.getRequiredTestClass().getName() + " has no @AgentOSTest; use the annotation"));
    }

    private record Fixture(
            AgentOS os,
            @Nullable ManualClock clock,
            Recorder recorder,
            @Nullable LeakCheck leaks,
            AtomicInteger probes) {}
}
