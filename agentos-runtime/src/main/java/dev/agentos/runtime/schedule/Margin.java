package dev.agentos.runtime.schedule;

/**
 * Keeps what a worker writes in each turn off the cache lines of whatever lies before it in memory; {@link Worker.Spaced} does so for what
 * lies behind. The collector may put anything there, for the rest of the program's life: with a word that every core reads for each
 * message next to a worker's {@code next}, messages were seen to cost two to six times as much. Two lines, since processors fetch pairs.
 */
@SuppressWarnings("unused") // they take room
abstract class Margin {
    static final int BYTES = 128;

    /** Fills the gap behind the header, or a field of a subclass would. */
    int gap;

    long m0;
    long m1;
    long m2;
    long m3;
    long m4;
    long m5;
    long m6;
    long m7;
    long m8;
    long m9;
    long m10;
    long m11;
    long m12;
    long m13;
    long m14;
    long m15;

    Margin() {}
}
