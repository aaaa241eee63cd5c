/** Tests of what turns measurements into a table: the benchmarks themselves are run by hand. */
@org.jspecify.annotations.NullMarked
package dev.agentos.benchmarks;
