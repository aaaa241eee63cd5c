package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.StoredRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Writes groups of jobs, each group in one transaction and each job in a savepoint of it. On the writer's thread only. */
final class GroupCommit implements AutoCloseable {
    private final Connection connection;
    private final Dialect dialect;
    private final Rows codec;
    private final Faults faults;
    private final List<CommitHook> hooks;
    private final Numbers.Counter counter;
    private final Statement plain;
    /** Null after a failure. */
    private @Nullable Statements prepared;

    private @Nullable Boolean full;

    /** How the jobs of a group ended: the rows of those that were written, in order, and why the others were not. */
    record Outcome(Map<Job, List<StoredRow>> written, Map<Job, AgentOsException> refused) {}

    /** A job that cannot be written while others can. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient AgentOsException why;

        Refused(AgentOsException why) {
            super(why);
            this.why = why;
        }

        AgentOsException why() {
            return why;
        }
    }

    GroupCommit(Connection connection, Database database, List<CommitHook> hooks) throws SQLException {
        this.connection = connection;
        this.dialect = database.dialect();
        this.codec = database.codec();
        this.faults = database.faults();
        this.hooks = hooks;
        DSLContext dsl = dialect.on(connection);
        this.counter = new Numbers.Counter(
                new Numbers(max(dsl, ACTIONS.SEQUENCE), max(dsl, EVENTS.SEQUENCE), max(dsl, DEAD_LETTERS.SEQUENCE)));
        this.plain = connection.createStatement();
    }

    private static long max(DSLContext dsl, TableField<?, Long> sequence) {
        Long last = dsl.select(DSL.max(sequence)).from(sequence.getTable()).fetchSingle(DSL.max(sequence));
        return last == null ? 0 : last;
    }

    /** The numbers of the newest rows that are written. */
    Numbers last() {
        return counter.last();
    }

    /**
     * Writes a group.
     *
     * @param durable whether it has to be on disk when this returns
     * @throws StorageException if nothing of it was written
     */
    Outcome write(List<Job> group, boolean durable) {
        Numbers before = counter.last();
        try {
            sync(durable);
            statements().begin();
            Outcome outcome = writeAll(group);
            statements().commit();
            return outcome;
        } catch (SQLException e) {
            rollback(before);
            throw faults.of(e);
        } catch (RuntimeException | Error e) {
            rollback(before);
            throw e;
        }
    }

    private Outcome writeAll(List<Job> group) throws SQLException {
        var outcome = new Outcome(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (Job job : group) {
            try {
                outcome.written().put(job, job.isMark() ? List.of() : write(job));
            } catch (Refused e) {
                outcome.refused().put(job, e.why());
            }
        }
        return outcome;
    }

    private List<StoredRow> write(Job job) throws SQLException, Refused {
        Numbers before = counter.last();
        statements().savepoint();
        try {
            List<StoredRow> rows = insertAll(job);
            statements().release();
            return rows;
        } catch (SQLException e) {
            if (!dialect.isOfRow(e)) {
                throw e;
            }
            takeBack(before);
            throw new Refused(faults.of(e));
        } catch (VersionConflictException e) {
            // Part of the day's work: the statements are as good as before.
            counter.reset(before);
            statements().takeBack();
            throw new Refused(e);
        } catch (DataAccessException e) {
            takeBack(before);
            throw new Refused(faults.of(e));
        } catch (RuntimeException e) {
            takeBack(before);
            throw new Refused(new StorageException("a commit hook failed; nothing was written: " + e, e));
        }
    }

    private List<StoredRow> insertAll(Job job) throws SQLException {
        var numbered = new ArrayList<StoredRow>(job.rows().size());
        for (int i = 0; i < job.rows().size(); i++) {
            numbered.add(job.bound().get(i).write(counter.number(job.rows().get(i)), statements()));
        }
        for (CommitHook hook : hooks) {
            for (StoredRow added : hook.beforeCommit(List.copyOf(numbered))) {
                numbered.add(codec.bind(added).write(counter.number(added), statements()));
            }
        }
        return List.copyOf(numbered);
    }

    private void takeBack(Numbers before) throws SQLException {
        forgetStatements();
        plain.execute("ROLLBACK TO SAVEPOINT job");
        plain.execute("RELEASE SAVEPOINT job");
        counter.reset(before);
    }

    private void rollback(Numbers before) {
        counter.reset(before);
        forgetStatements();
        try {
            plain.execute("ROLLBACK");
        } catch (SQLException ignored) {
            // It never began, or the database has ended it itself, as SQLite does when a disk is full or fails.
        }
    }

    private Statements statements() {
        Statements ready = prepared;
        if (ready == null) {
            ready = new Statements(connection, dialect);
            prepared = ready;
        }
        return ready;
    }

    /** Closes what is kept ready. One that has been run counts as running until it is closed, and a VACUUM refuses that. */
    void forgetStatements() {
        Statements failed = prepared;
        prepared = null;
        try {
            if (failed != null) {
                failed.close();
            }
        } catch (SQLException ignored) {
            // Closing one says once more why it failed.
        }
    }

    /** Brings to disk what was committed without that. */
    void sync() {
        try {
            sync(true);
            statements().touch();
        } catch (SQLException e) {
            forgetStatements();
            throw faults.of(e);
        }
    }

    private void sync(boolean wanted) throws SQLException {
        if (full == null || full != wanted) {
            dialect.sync(plain, wanted);
            full = wanted;
        }
    }

    /** Ends with all of the database on disk. */
    @Override
    public void close() throws SQLException {
        sync(true);
        forgetStatements();
        dialect.finish(plain);
        plain.close();
    }
}
