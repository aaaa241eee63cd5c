package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.Durability;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobQueueTest {
    private static final long LONG = TimeUnit.MINUTES.toNanos(2);

    private final JobQueue queue = new JobQueue();

    @Test
    void take_givesJobsInOrder_upToTheirNumberAndSize() {
        List<Job> jobs = IntStream.range(0, 10).mapToObj(i -> job(100)).toList();
        jobs.forEach(queue::put);

        List<Job> first = queue.take(4, 1_000_000, 0);
        List<Job> second = queue.take(100, 250, 0);
        List<Job> rest = queue.take(100, 1_000_000, 0);

        assertThat(first).isEqualTo(jobs.subList(0, 4));
        assertThat(second).hasSize(2).isEqualTo(jobs.subList(4, 6));
        assertThat(rest).isEqualTo(jobs.subList(6, 10));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void take_givesAJobByItself_whenThatAloneIsTooLarge() {
        Job small = job(100);
        Job large = job(1_000);
        List.of(small, large, small).forEach(queue::put);

        List<Job> first = queue.take(10, 500, 0);
        List<Job> second = queue.take(10, 500, 0);

        assertThat(first).containsExactly(small);
        assertThat(second).containsExactly(large);
        assertThat(queue.take(10, 500, 0)).containsExactly(small);
    }

    @Test
    void take_waitsForTheFirst() throws Exception {
        var taken = new CompletableFuture<List<Job>>();
        Thread writer = Thread.ofPlatform().start(() -> {
            List<Job> got = queue.take(10, 1_000, LONG);
            while (got.isEmpty()) {
                got = queue.take(10, 1_000, LONG);
            }
            taken.complete(got);
        });
        Job job = job(1);

        queue.put(job);

        assertThat(taken.get(1, TimeUnit.MINUTES)).containsExactly(job);
        writer.join();
    }

    @Test
    void room_isGone_whenJobsWait() {
        IntStream.range(0, JobQueue.MOST_JOBS).forEach(i -> queue.put(job(1)));

        assertThat(queue.awaitRoom(false, 1)).isFalse();
        assertThat(queue.awaitRoom(true, 1)).isTrue();
    }

    @Test
    void room_isGone_whenBytesWait() {
        queue.put(job(65 << 20));

        assertThat(queue.awaitRoom(false, 1)).isFalse();
        assertThat(queue.awaitRoom(true, 1)).isFalse();
    }

    @Test
    void room_isGoneUntilJobsAreDone_notOnlyTaken() {
        IntStream.range(0, JobQueue.MOST_JOBS).forEach(i -> queue.put(job(1)));
        List<Job> taken = queue.take(512, 1_000_000, 0);
        boolean before = queue.awaitRoom(false, 1);

        queue.done(taken);

        assertThat(before).isFalse();
        assertThat(queue.awaitRoom(false, 1)).isTrue();
    }

    @Test
    void waiters_areCalled_whenJobsAreDone() throws Exception {
        IntStream.range(0, JobQueue.MOST_JOBS).forEach(i -> queue.put(job(1)));
        int waiters = 100;
        var in = new CountDownLatch(waiters);
        for (int i = 0; i < waiters; i++) {
            Thread.ofVirtual().start(() -> {
                if (queue.awaitRoom(false, LONG)) {
                    in.countDown();
                }
            });
        }

        queue.done(queue.take(512, 1_000_000, 0));

        assertThat(in.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void interrupt_isKeptForLater_whileThereIsNoRoom() throws Exception {
        IntStream.range(0, JobQueue.MOST_JOBS).forEach(i -> queue.put(job(1)));
        var room = new AtomicBoolean();
        var interrupted = new AtomicBoolean();
        var started = new CountDownLatch(1);
        Thread waiter = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            started.countDown();
            room.set(queue.awaitRoom(false, LONG));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        started.await();

        queue.done(queue.take(512, 1_000_000, 0));
        waiter.join();

        assertThat(room).isTrue();
        assertThat(interrupted).isTrue();
    }

    private static Job job(long bytes) {
        var row = new PlainRow(PlainSql.EVENT, List.of(), bytes);
        return new Job(List.of(), List.of(row), Durability.BUFFERED, new CompletableFuture<>());
    }
}
