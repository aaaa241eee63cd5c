package dev.agentos.runtime;

import dev.agentos.api.AgentInfo;
import dev.agentos.api.AgentState;
import dev.agentos.api.Registration;
import dev.agentos.api.Requested;
import dev.agentos.api.error.HaltedException;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.runtime.approval.ApprovalDesk;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.DeadLetterBook;
import dev.agentos.runtime.gate.Gate;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.memory.MemoryDesk;
import dev.agentos.runtime.memory.Surroundings;
import dev.agentos.runtime.schedule.Cell;
import dev.agentos.runtime.schedule.Scheduler;
import dev.agentos.runtime.schedule.SchedulerListener;
import dev.agentos.runtime.schedule.Timers;
import dev.agentos.runtime.token.TokenBook;
import dev.agentos.runtime.token.TokenDesk;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one runtime consists of. Nothing here is static: two kernels know nothing of each other. Its parts see it and through it
 * each other; it does nothing itself.
 */
final class Kernel {
    /** How long a termination waits for code to stop. */
    final Duration terminateGrace;

    /** How long the children of an agent that completes have for their own end. */
    final Duration stopGrace = Duration.ofSeconds(5);

    final String name;
    final TimeSource time;
    /** Whether time passes by itself. */
    final boolean passes;

    final long seed;
    final CoarseClock wallClock;
    final Clock clockOfAgents;
    final Storage storage;
    final EventBus events;
    final DeadLetterBook deadLetters;
    final Chronicle chronicle;
    final Authority authority;
    final Principals principals;
    final KeptGrants kept;
    final Rights rights = new Rights(this);

    /** Where attempts wait for people. */
    final ApprovalDesk approvals;

    final Gate gate;
    final ToolDesk tools;
    final MemoryDesk memories;
    /** In the runtime's time. */
    final Timers timers;
    /** In real time: for what hangs. The same as the timers where that is the runtime's time. */
    final Timers realTimers;

    final Scheduler scheduler;
    final Directory directory;
    final Dormant dormant;
    final Family family = new Family();
    final Post post;
    final Asks asks = new Asks(this);
    final TopicExchange topics = new TopicExchange(this);
    final Parts parts = new Parts(this);
    final Pauses pauses = new Pauses(this);
    final LimitAsks limits = new LimitAsks(this);
    final Life life = new Life(this);
    final Supervisor supervisor = new Supervisor(this);
    final Control control = new Control(this);
    final Isolates isolates;
    final TurnTime turnTime = new TurnTime(this);
    final Spawner spawner;
    final Inbox inbox;
    final TurnCommits commits;
    final Housekeeping housekeeping;
    /** Runs what users hang on our futures: a virtual thread each, so that they hold up neither agents nor those who control them. */
    final Executor callbacks;

    /** Lets a clock that does not pass by itself drive the timers. */
    private final Registration attachment;

    /** Whether what it stores outlives the program. */
    private final boolean persistent;

    /** Null if no tokens are exchanged. */
    private volatile @Nullable TokenDesk tokens;

    /** Why nothing may be spawned; null if it may. */
    private volatile @Nullable String halted;

    private volatile boolean closed;

    Kernel(Settings settings) {
        this.name = "agentos";
        this.time = settings.time();
        this.passes = time.passes();
        this.terminateGrace = settings.terminateGrace();
        this.seed = settings.seed();
        this.persistent = settings.isPersistent();
        this.storage = settings.openStorage();
        this.directory = new Directory(storage.agents().lastIncarnation()); // an id is never used again over one store
        List<StoredRow.AgentRow> left =
                settings.isPersistent() ? storage.agents().living() : List.of();
        this.dormant = new Dormant(left);
        this.events = new EventBus(storage, time);
        this.post = openPost(settings); // its first commit comes after the hook of the events
        this.deadLetters = new DeadLetterBook(storage, events);
        this.chronicle = new Chronicle(storage, events, deadLetters, settings.isPersistent());
        this.authority = settings.openAuthority(storage);
        this.principals = new Principals(this, settings.hostGrants());
        this.kept = new KeptGrants(this, settings.isPersistent());
        this.approvals = new ApprovalDesk(storage, events, this::settableAlarm);
        this.gate = Gate.open(new Gate.Deciding(authority, settings.rules(), approvals), storage, events);
        this.wallClock = new CoarseClock(name, time);
        this.clockOfAgents = new KernelClock(time);
        this.realTimers = Timers.started(name + "-timers", passes ? time::nanoTime : System::nanoTime);
        this.timers = passes ? realTimers : Timers.manual(time::nanoTime);
        int cores = Runtime.getRuntime().availableProcessors();
        this.scheduler = new Scheduler(name, cores, timers, new Noticing());
        this.inbox = new Inbox(this, settings.isPersistent());
        this.commits = new TurnCommits(this);
        this.isolates = new Isolates(this, settings.isolatedAgents());
        this.spawner = new Spawner(this, settings.defaultLimits());
        var threads = Thread.ofVirtual()
                .inheritInheritableThreadLocals(false)
                .name(name + "-callback")
                .factory();
        this.callbacks = task -> threads.newThread(task).start();
        this.tools = new ToolDesk(this, settings);
        chronicle.programEnded(left, wallClock.now());
        this.memories = openMemories(settings);
        this.housekeeping = new Housekeeping(this, settings.retention());
        this.attachment = time.attach(new DrivenTimers(this));
        housekeeping.start();
    }

    private Post openPost(Settings settings) {
        try {
            MessageIds ids = settings.isPersistent() ? MessageIds.over(storage) : MessageIds.inMemory();
            return new Post(this, ids, settings.recordMessages() ? CorrespondenceRecord.open(name, storage) : null);
        } catch (RuntimeException | Error e) {
            storage.close();
            throw e;
        }
    }

    private MemoryDesk openMemories(Settings settings) {
        var surroundings = new Surroundings(
                gate,
                storage,
                settings.isPersistent(),
                time,
                () -> tools.json(),
                (actor, fact) -> events.row(actor.agent(), fact, actor.correlation()),
                new Residency(directory, storage),
                !settings.rules().isEmpty());
        return new MemoryDesk(surroundings, settings.memory());
    }

    /** What the scheduler notices about turns. */
    private final class Noticing implements SchedulerListener {
        @Override
        public void hogging(Cell cell, long turn, Duration soFar) {
            AgentCell agent = (AgentCell) cell;
            Thread thread = agent.turnThread();
            chronicle.hogging(agent, thread == null ? "" : thread.getName());
            turnTime.watch(agent, turn, Times.length(soFar));
        }

        @Override
        public void blocked(Cell cell, long turn) {
            turnTime.watch((AgentCell) cell, turn, 0);
        }
    }

    // ---- tokens

    /** Takes part in the exchange of tokens, if there are options; before agents come back. */
    void openTokens(@Nullable TokenOptions options, Actor host) {
        if (options == null) {
            return;
        }
        var book = persistent ? new TokenBook.Stored(storage, time::now) : new TokenBook.InMemory();
        var needs = new TokenDesk.Needs(gate, authority, time, book, new ImportedGrants(this), host.grants());
        tokens = TokenDesk.open(needs, options);
    }

    /**
     * {@return the desk of tokens}
     *
     * @throws IllegalStateException if none are exchanged
     */
    TokenDesk tokens() {
        TokenDesk desk = tokens;
        if (desk == null) {
            throw new IllegalStateException("this runtime exchanges no tokens: give its builder"
                    + " tokens(TokenOptions.builder(\"the name of this system\").build())");
        }
        return desk;
    }

    // ---- time

    long nanos() {
        return time.nanoTime();
    }

    /** Sets an alarm in the runtime's time; null if the runtime is closed, when nothing happens any more. */
    Timers.@Nullable Alarm alarm(long nanos, Runnable task) {
        try {
            return timers.at(nanos, task);
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    /** Sets an alarm in the runtime's time. {@return what takes it back; null if the runtime is closed} */
    private @Nullable Runnable settableAlarm(long nanos, Runnable task) {
        Timers.Alarm set = alarm(nanos, task);
        return set == null ? null : set::cancel;
    }

    /** Sets an alarm in real time; null if the runtime is closed. */
    Timers.@Nullable Alarm realAlarm(Duration delay, Runnable task) {
        try {
            return realTimers.after(delay, task);
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    // ---- halt

    /**
     * Checks that agents may be spawned.
     *
     * @throws HaltedException if not
     */
    void requireOpen() {
        String why = halted;
        if (why != null) {
            throw new HaltedException(why);
        }
    }

    /**
     * Checks that the runtime is not closed.
     *
     * @throws HaltedException if it is
     */
    void requireNotClosed() {
        if (closed) {
            throw new HaltedException("the system is closed");
        }
    }

    void close() {
        halted = "the system is closed";
        closed = true;
    }

    void halt(String why) {
        halted = why;
    }

    void unhalt() {
        halted = null;
    }

    /** {@return whether the end of an agent is that of the program only: it is durable, and the runtime closes} */
    boolean fallsAsleep(AgentCell cell) {
        return closed && cell.durable != null && inbox.isKept();
    }

    boolean isHalted() {
        return halted != null;
    }

    // ---- what is known of an agent

    AgentInfo info(AgentCell cell, List<LimitAccount> below) {
        Details details = cell.detailsIfAny();
        cell.lock();
        AgentState state = cell.state();
        String reason = cell.reason();
        long since = cell.since();
        cell.unlock();
        return new AgentInfo(
                cell.id,
                cell.owner,
                state,
                reason,
                requested(cell, state),
                Times.instant(since),
                Times.instant(cell.spawned),
                cell.spec.labels(),
                cell.grants().stream()
                        .map(grant -> grant.capability().toString())
                        .toList(),
                cell.account().limits(),
                cell.account().used(below),
                cell.pending(),
                details == null ? 0 : details.restarts,
                details == null ? 0 : details.carriersLost(),
                cell.durable != null,
                cell.durable != null && cell.durable.revived != null);
    }

    private static Requested requested(AgentCell cell, AgentState state) {
        int flags = cell.flags();
        if (state.ended()) {
            return Requested.NONE;
        }
        if ((flags & LifeCell.FENCED) != 0) {
            return Requested.TERMINATE;
        }
        if ((flags & LifeCell.STOP) != 0) {
            return Requested.STOP;
        }
        return (flags & LifeCell.PAUSE) != 0 && state != AgentState.PAUSED ? Requested.PAUSE : Requested.NONE;
    }

    /** What of a terminated agent has not stopped, by name. */
    List<String> leftOvers(AgentCell cell) {
        var names = new ArrayList<String>();
        if (cell.has(LifeCell.ABANDONED)) {
            cell.details().abandoned().forEach(thread -> names.add(thread.getName() + " of " + cell.id));
        }
        names.addAll(tools.running(cell));
        return names;
    }

    /** Ends all threads and closes what is open; all agents have ended, or were given up. {@return what did not stop, by name} */
    Set<String> release(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        approvals.close();
        var left = new LinkedHashSet<String>(tools.close(limit.dividedBy(4)));
        left.addAll(memories.close(limit.dividedBy(8)));
        left.addAll(scheduler.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()) / 2)));
        CorrespondenceRecord record = post.record();
        if (record != null) {
            record.close();
            if (!record.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()) / 2))) {
                left.add(record.name());
            }
        }
        left.addAll(events.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        TokenDesk desk = tokens;
        if (desk != null) {
            desk.close();
        }
        attachment.close();
        timers.close();
        realTimers.close();
        wallClock.close();
        kept.close();
        storage.close();
        return left;
    }
}
