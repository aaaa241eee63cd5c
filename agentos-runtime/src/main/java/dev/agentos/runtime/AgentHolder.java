package dev.agentos.runtime;

import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.memory.Holder;
import dev.agentos.runtime.memory.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent that looks at memories.
 *
 * @param actor with which of its rights
 */
record AgentHolder(AgentCell cell, Actor actor) implements Holder {
    @Override
    public boolean isDurable() {
        return cell.spec.durable();
    }

    @Override
    public @Nullable Turn turn() {
        TurnBuffer buffer = cell.turnBuffer();
        return buffer == null ? null : new BufferedTurn(buffer);
    }

    private record BufferedTurn(TurnBuffer buffer) implements Turn {
        @Override
        public void add(StoredRow row) {
            buffer.add(row);
        }

        @Override
        public boolean addIfUnchanged(StoredRow.WorkingRow row, int changesBefore) {
            synchronized (buffer) { // which all its methods hold: parts of a turn write at the same time
                boolean same = buffer.changes(row.namespace(), row.session(), row.key()) == changesBefore;
                if (same) {
                    buffer.add(row);
                }
                return same;
            }
        }

        @Override
        public StoredRow.@Nullable WorkingRow working(String namespace, String session, String key) {
            return buffer.working(namespace, session, key);
        }

        @Override
        public List<StoredRow.WorkingRow> workingOf(String namespace, String session) {
            return buffer.workingOf(namespace, session);
        }

        @Override
        public int changes(String namespace, String session, String key) {
            return buffer.changes(namespace, session, key);
        }

        @Override
        public String step() {
            return buffer.step();
        }
    }
}
