/**
 * JMH benchmarks of AgentOS, beside Pekko typed in the same run. Each class is one row of {@code docs/benchmarks.md}; its methods are the
 * systems compared. {@link dev.agentos.benchmarks.Bench} runs them and prints the table.
 */
@org.jspecify.annotations.NullMarked
package dev.agentos.benchmarks;
