package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.store.EmptyGrants;
import dev.agentos.runtime.store.HeapStorage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps messages and the numbers that are reserved; can be slow, and can refuse. */
final class MessageStoreFake implements Storage {
    private final Storage rest = new HeapStorage(10);
    final List<StoredRow.MessageRow> messages = new CopyOnWriteArrayList<>();
    final List<Durability> reservations = new CopyOnWriteArrayList<>();
    volatile long reserved;
    volatile CompletableFuture<Void> slow = CompletableFuture.completedFuture(null);
    volatile Predicate<StoredRow> refused = row -> false;
    /** Whether it refuses before it answers. */
    volatile boolean throwing;

    @Override
    public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        if (throwing) {
            throw new StorageException("refused by the test", null);
        }
        if (batch.stream().anyMatch(refused)) {
            return CompletableFuture.failedFuture(new StorageException("refused by the test", null));
        }
        return slow.thenApply(none -> {
            for (StoredRow row : batch) {
                if (row instanceof StoredRow.MessageRow message) {
                    messages.add(message);
                } else if (row instanceof StoredRow.MessageIdsRow(var most)) {
                    reserved = most;
                    reservations.add(durability);
                }
            }
            return batch;
        });
    }

    @Override
    public MessageRepository messages() {
        return new MessageRepository() {
            @Override
            public List<StoredRow.MessageRow> pending(AgentId inbox) {
                return List.of();
            }

            @Override
            public List<Message> conversation(long correlation, int most) {
                return messages.stream().map(StoredRow.MessageRow::message).toList();
            }

            @Override
            public long reserved() {
                return reserved;
            }
        };
    }

    @Override
    public AgentRepository agents() {
        return rest.agents();
    }

    @Override
    public ActionRepository actions() {
        return rest.actions();
    }

    @Override
    public EventRepository events() {
        return rest.events();
    }

    @Override
    public DeadLetterRepository deadLetters() {
        return rest.deadLetters();
    }

    @Override
    public WorkingRepository working() {
        return rest.working();
    }

    @Override
    public ConversationRepository conversations() {
        return rest.conversations();
    }

    @Override
    public EntryRepository entries() {
        return rest.entries();
    }

    @Override
    public ApprovalRepository approvals() {
        return new HeapStorage(1).approvals();
    }

    @Override
    public GrantRepository grants() {
        return new EmptyGrants();
    }

    @Override
    public Maintenance maintenance() {
        return rest.maintenance();
    }

    @Override
    public void addHook(CommitHook hook) {
        rest.addHook(hook);
    }

    @Override
    public void close() {
        rest.close();
    }
}
