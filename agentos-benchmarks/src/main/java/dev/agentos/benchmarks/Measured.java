package dev.agentos.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports CPU time of the whole process for each operation, and what benchmarks measured themselves. The process, because nothing smaller
 * sees virtual threads; so the compiler and the collector are in it, as they are in the bill of a user.
 */
public final class Measured implements InternalProfiler {
    static final String CPU = "cpu";
    static final String LONGEST = "longest";

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** JMH makes the profiler itself, so the benchmarks of its process can reach it by class only. */
    private static final Map<String, Series> OWN = new ConcurrentHashMap<>();

    private static final Map<String, ScalarResult> KEPT = new ConcurrentHashMap<>();

    private long before;

    private record Series(String unit, Collection<Double> values) {}

    /** Makes one; JMH does. */
    public Measured() {}

    /** Adds a number that a benchmark measured; an iteration reports the median of its numbers. */
    static void add(String label, double value, String unit) {
        OWN.computeIfAbsent(label, any -> new Series(unit, new ConcurrentLinkedQueue<>()))
                .values()
                .add(value);
    }

    /** Adds a number that holds for all iterations that follow. */
    static void keep(String label, double value, String unit) {
        KEPT.put(label, new ScalarResult(label, value, unit, AggregationPolicy.AVG));
    }

    /** Adds the median of a series. */
    static void median(String label, long[] series, String unit) {
        long[] sorted = series.clone();
        Arrays.sort(sorted);
        add(label, (double) sorted[sorted.length / 2], unit);
    }

    /** {@return CPU time that this process has used, in nanoseconds} */
    static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /**
     * {@return CPU time that the platform threads have used which live now, in nanoseconds} Finer than {@link #cpuNanos}, which counts in steps
     * of some milliseconds; without the compiler and the collector.
     */
    static long threadNanos() {
        long sum = 0;
        for (long time : THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) {
            sum += Math.max(0, time);
        }
        return sum;
    }

    /** {@return CPU time that the current thread has used, in nanoseconds} */
    static long currentThreadNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    @Override
    public String getDescription() {
        return "CPU time of the process per operation, and what the benchmark itself measured";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        OWN.clear();
        before = cpuNanos();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double cpu = cpuNanos() - before;
        long operations = result.getMetadata().getAllOps();
        var results = new ArrayList<ScalarResult>();
        results.add(new ScalarResult(CPU, cpu / operations, "ns/op", AggregationPolicy.AVG));
        OWN.forEach((label, series) ->
                results.add(new ScalarResult(label, median(List.copyOf(series.values())), series.unit(), over(label))));
        results.addAll(KEPT.values());
        return results;
    }

    /** The longest of all is the longest of any iteration. */
    private static AggregationPolicy over(String label) {
        return label.endsWith(LONGEST) ? AggregationPolicy.MAX : AggregationPolicy.AVG;
    }

    static double median(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
