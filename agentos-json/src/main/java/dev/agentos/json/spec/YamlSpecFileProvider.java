package dev.agentos.json.spec;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.spi.SpecFileProvider;
import dev.agentos.json.JacksonJsonProvider;
import java.nio.file.Path;
import java.util.Map;

/**
 * Agent files in YAML or JSON; {@code .json} is read as JSON, everything else as YAML, which JSON is too. At most 1 MiB,
 * in UTF-8.
 *
 * {@snippet lang = yaml :
 * name: momentum                        # one address segment; required
 * class: com.acme.MomentumTrader        # implements Agent or ReactiveAgent; or:
 * template: trader                      # gets the params, and returns what the rest of the file is applied to
 * params: {symbol: AAPL, size: 100}
 * labels: {desk: equities}
 * grants:
 *   - tool:order.place call; notional<=10000
 * limits:                               # start from the defaults, replace those of the template
 *   wallTime: 8h                        # 250ms, 90s, 5m, 2h, 1d or ISO 8601
 *   toolCallsPer: 100/1m
 *   onExceed: pause-and-ask
 * restart: {max: 3, window: 1m, firstBackoff: 100ms, maxBackoff: 30s}     # or {onFailure: resume}
 * supervision: one-for-one
 * mailbox: {capacity: 1024, overflow: block, sendTimeout: 5s}
 * threading: own-thread
 * accepts: [com.acme.Tick]
 * durable: true                         # outlives the program
 * subscribe: [ticks.**]                 # topics, from its start; needs grants
 * children: []                          # files within this one
 * }
 *
 * <p>An isolated agent has {@code code: {jar: guest.jar, class: com.acme.Guest}} in place of the class, with
 * {@code isolation: process} and, if wanted, {@code processLimits: {heapMiB: 64, cpuTime: 1h}}; the jar lies beside the file.
 *
 * <p>Also read: {@code turnTime}, {@code turns}, {@code messages}, {@code toolCalls}, {@code toolCallsPerTurn},
 * {@code identicalCalls}, {@code children}, {@code depth}, {@code tokens} and {@code money} in {@code limits}, which may be
 * {@code unlimited} as a whole. Whole numbers among the params are {@code Integer} or {@code Long}, others
 * {@code BigDecimal}. On top of a template, grants, labels, children, accepted types and subscriptions add; all else replaces.
 */
public final class YamlSpecFileProvider implements SpecFileProvider {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    /** For ServiceLoader. */
    public YamlSpecFileProvider() {}

    @Override
    public String name() {
        return "yaml";
    }

    @Override
    public String text(Path file) {
        return SpecSource.textOf(file);
    }

    @Override
    public AgentSpec parse(Source file, Map<String, ?> params, TemplateLookup templates) {
        var source = new SpecSource(json, file.name(), file.text());
        var document = new SpecField(source, "", "", source.parse());
        return new SpecReader(templates).read(document, params);
    }
}
