package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.security.ActionQuery;
import java.util.ArrayList;
import java.util.List;

/** Reads the action log and the history of events as one log, page by page. Not thread-safe. */
final class LogReader {
    private final AgentOS os;
    private long lastAction;
    private long lastEvent;

    /** Begins after an entry of each source. */
    LogReader(AgentOS os, long lastAction, long lastEvent) {
        this.os = os;
        this.lastAction = lastAction;
        this.lastEvent = lastEvent;
    }

    /** {@return the number of the last action read} */
    long lastAction() {
        return lastAction;
    }

    /** {@return the number of the last event read} */
    long lastEvent() {
        return lastEvent;
    }

    /**
     * Reads on.
     *
     * @return at most so many entries; empty if there are no newer ones
     */
    List<LogEntry> next(int most) {
        var events = withGap(
                os.events().history(EventFilter.all(), lastEvent, most).stream()
                        .map(LogEntry::of)
                        .toList(),
                lastEvent);
        return merged(actions(most), events, most);
    }

    /**
     * Reads on where the events have come by themselves: takes these, and the actions that are newer than the last one read.
     *
     * @param most actions that are read at most
     */
    List<LogEntry> next(List<Event> events, int most) {
        List<LogEntry> come = events.stream().map(LogEntry::of).toList();
        return merged(actions(most), come, Integer.MAX_VALUE);
    }

    private List<LogEntry> actions(int most) {
        return withGap(
                os.actions().find(ActionQuery.all().after(lastAction).limit(most)).stream()
                        .map(LogEntry::of)
                        .toList(),
                lastAction);
    }

    /**
     * Each source keeps the order of its numbers, which is not quite that of its times; so the two are merged at their heads and
     * not sorted: an entry cut off by the end of the page must not be one that the next page begins after.
     */
    private List<LogEntry> merged(List<LogEntry> actions, List<LogEntry> events, int most) {
        var page = new ArrayList<LogEntry>();
        int action = 0;
        int event = 0;
        while (page.size() < most && (action < actions.size() || event < events.size())) {
            boolean takeAction = event == events.size()
                    || (action < actions.size()
                            && !actions.get(action)
                                    .time()
                                    .isAfter(events.get(event).time()));
            page.add(takeAction ? actions.get(action++) : events.get(event++));
        }
        page.forEach(this::read);
        return page;
    }

    private void read(LogEntry entry) {
        switch (entry.kind()) {
            case ACTION -> lastAction = entry.sequence();
            case EVENT -> lastEvent = entry.sequence();
        }
    }

    /** Numbers have no gaps, so one between two pages means that the store dropped its oldest entries meanwhile. */
    private static List<LogEntry> withGap(List<LogEntry> entries, long last) {
        if (last == 0 || entries.isEmpty() || entries.getFirst().sequence() == last + 1) {
            return entries;
        }
        LogEntry first = entries.getFirst();
        var all = new ArrayList<LogEntry>(entries.size() + 1);
        all.add(LogEntry.gap(first.kind(), last + 1, first.sequence() - 1, first.time()));
        all.addAll(entries);
        return all;
    }
}
