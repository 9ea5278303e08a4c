package org.altdsl.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share the kernels of one job: the caller, and helpers that wait for its shards.
 *
 * <p>Helpers spin for a while before they sleep, since the kernels of a batch follow each other within microseconds,
 * and waking a thread takes longer than many a shard.
 */
public final class Workers implements AutoCloseable {
    /** One thread: the caller. */
    public static final Workers NONE = new Workers(1);

    /**
     * Nanoseconds for which a helper spins before it sleeps. The kernels between two that are shared may take a good
     * part of a step, and a helper that has fallen asleep by the next one comes too late for its shards.
     */
    private static final long PATIENCE = 2_000_000;

    /** Turns of the waiting loop between two looks at the time, and before the first one that yields: some microseconds. */
    private static final int TURNS = 256;

    private final List<Helper> helpers = new ArrayList<>();

    /**
     * Which round is on (upper half), and the shards that nobody has taken: the end of them and the first (a quarter
     * each). The caller takes the first, helpers the last, so that a shard of one kernel and the same shard of the next
     * are done by the same thread as a rule, in whose cache their elements are.
     */
    private final AtomicLong round = new AtomicLong();

    private final AtomicInteger open = new AtomicInteger();
    private Work work;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** A shard of the work of a round. */
    interface Work {
        /**
         * Does one shard.
         *
         * @param shard its number
         * @param worker the number of the thread that does it, the caller's is 0
         */
        void run(int shard, int worker);
    }

    /**
     * Starts the helpers.
     *
     * @param threads how many threads there are, with the caller
     */
    public Workers(int threads) {
        for (int worker = 1; worker < threads; worker++) {
            Helper helper = new Helper(worker);
            helpers.add(helper);
            helper.setDaemon(true);
            helper.start();
        }
    }

    /**
     * How many threads there are.
     *
     * @return at least 1, the caller
     */
    public int threads() {
        return helpers.size() + 1;
    }

    /** Does all shards of some work, and returns when they are done. */
    void run(Work shards, int count) {
        if (helpers.isEmpty() || count == 1) {
            for (int shard = 0; shard < count; shard++) {
                shards.run(shard, 0);
            }
            return;
        }
        work = shards;
        open.set(count);
        long number = (round.get() >>> 32) + 1;
        round.set(number << 32 | (long) count << 16);
        for (Helper helper : helpers) {
            if (helper.asleep) {
                LockSupport.unpark(helper);
            }
        }
        while (takeOne(0)) {
            // The caller does what helpers have not taken.
        }
        for (int turns = 1; open.get() > 0; turns++) {
            pause(turns);
        }
        if (failure != null) {
            Throwable thrown = failure;
            failure = null;
            throw thrown instanceof RuntimeException ? (RuntimeException) thrown : new IllegalStateException(thrown);
        }
    }

    /** One turn of a waiting loop: at first only a breath, later a chance for others, such as HotSpot's compiler. */
    private static void pause(int turns) {
        if (turns < TURNS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    /** Takes the next shard of the round that is on and does it; false where none is left. */
    private boolean takeOne(int worker) {
        while (true) {
            long now = round.get();
            int first = (int) (now & 0xFFFF);
            int end = (int) (now >>> 16 & 0xFFFF);
            if (first >= end) {
                return false;
            }
            boolean isCaller = worker == 0;
            // Who takes a shard keeps the round from ending, and so its work from being replaced.
            if (round.compareAndSet(now, isCaller ? now + 1 : now - (1 << 16))) {
                try {
                    work.run(isCaller ? first : end - 1, worker);
                } catch (RuntimeException | Error thrown) {
                    failure = thrown;
                } finally {
                    open.decrementAndGet();
                }
                return true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        helpers.forEach(LockSupport::unpark);
    }

    /** A thread that takes shards until the job ends. */
    private final class Helper extends Thread {
        private final int worker;
        private volatile boolean asleep;

        Helper(int worker) {
            super("altdsl-shard-" + worker);
            this.worker = worker;
        }

        @Override
        public void run() {
            int turns = 0;
            long idleSince = System.nanoTime();
            while (!closed) {
                if (takeOne(worker)) {
                    turns = 0;
                    idleSince = System.nanoTime();
                } else if (++turns % TURNS != 0 || System.nanoTime() - idleSince < PATIENCE) {
                    pause(turns);
                } else {
                    asleep = true;
                    if (!closed && nothingLeft()) {
                        LockSupport.park(Workers.this);
                    }
                    asleep = false;
                    turns = 0;
                    idleSince = System.nanoTime();
                }
            }
        }

        private boolean nothingLeft() {
            long now = round.get();
            return (now & 0xFFFF) >= (now >>> 16 & 0xFFFF);
        }
    }
}
