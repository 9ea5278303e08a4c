package org.altdsl.runtime.data;

/**
 * How much memory the data of a run may take, and an account of what they hold.
 *
 * <p>What does not fit is read in pieces, with the same numbers. The account covers everything that grows with the
 * data, and the pieces; what is needed whatever the budget (the row numbers of a split, its classes, one piece) is
 * held beyond it.
 */
public final class DataMemory {
    private final long budget;
    private long held;
    private long most;

    private DataMemory(long budget) {
        this.budget = budget;
    }

    /** Half of what Java may take, which leaves the other half to networks. */
    public static DataMemory standard() {
        return new DataMemory(Runtime.getRuntime().maxMemory() / 2);
    }

    /** So many bytes. */
    public static DataMemory of(long bytes) {
        return new DataMemory(bytes);
    }

    /** Whether so many bytes more are within the budget. */
    synchronized boolean fits(long bytes) {
        return bytes <= budget - held;
    }

    synchronized void hold(long bytes) {
        held += bytes;
        most = Math.max(most, held);
    }

    synchronized void release(long bytes) {
        held -= bytes;
    }

    /** The bytes held now. */
    public synchronized long held() {
        return held;
    }

    /** The most bytes that were held at any time. */
    public synchronized long most() {
        return most;
    }
}
