package org.altdsl.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
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

    /** How long a thread leaves the shards of another to it, at most and at least, in nanoseconds. */
    private static final long MOST_LEFT = 20_000;

    private static final long LEAST_LEFT = 1_000;

    private final List<Helper> helpers = new ArrayList<>();

    /**
     * For each thread, which round is on (upper half), and the shards of it that are the thread's and that nobody has
     * taken: the end of them and the first (a quarter each). A shard of one kernel and the same shard of the next are
     * done by the same thread, in whose cache their elements are; the caller takes others' only when they seem to be
     * held up.
     */
    private final AtomicLongArray queues;

    /** Queues are so far apart that no two lie in a line of a cache, or in a pair of lines. */
    private static final int APART = 16;

    private final AtomicInteger open = new AtomicInteger();
    private long number;
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
        queues = new AtomicLongArray((threads + 1) * APART);
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
        number = number + 1 & 0x7FFFFFFF;
        int threads = threads();
        for (int worker = threads - 1; worker >= 0; worker--) {
            long first = (long) count * worker / threads;
            long end = (long) count * (worker + 1) / threads;
            queues.set(place(worker), number << 32 | end << 16 | first);
        }
        for (Helper helper : helpers) {
            if (helper.asleep) {
                LockSupport.unpark(helper);
            }
        }
        long before = System.nanoTime();
        while (takeOne(0, 0)) {
            // First what is its own.
        }
        long after = System.nanoTime();
        long left = after + LEAST_LEFT + Math.min(MOST_LEFT, (after - before) / 4);
        for (int turns = 1; open.get() > 0; turns++) {
            if (System.nanoTime() < left || !takeFromOthers()) {
                pause(turns);
            }
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

    private static int place(int worker) {
        return (worker + 1) * APART;
    }

    /** Takes a shard that a helper has not begun, and does it; false where none is left. */
    private boolean takeFromOthers() {
        for (int worker = 1; worker < threads(); worker++) {
            if (takeOne(worker, 0)) {
                return true;
            }
        }
        return false;
    }

    /** Takes a shard of a thread and does it, the thread itself the first one and others the last; false where none is left. */
    private boolean takeOne(int owner, int worker) {
        int place = place(owner);
        while (true) {
            long now = queues.get(place);
            int first = (int) (now & 0xFFFF);
            int end = (int) (now >>> 16 & 0xFFFF);
            if (first >= end) {
                return false;
            }
            boolean isOwner = worker == owner;
            // Who takes a shard keeps the round from ending, and so its work from being replaced.
            if (queues.compareAndSet(place, now, isOwner ? now + 1 : now - (1 << 16))) {
                try {
                    work.run(isOwner ? first : end - 1, worker);
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
                if (takeOne(worker, worker)) {
                    turns = 0;
                    idleSince = System.nanoTime();
                } else if (++turns % TURNS != 0 || System.nanoTime() - idleSince < PATIENCE) {
                    pause(turns);
                } else {
                    asleep = true;
                    if (!closed && isIdle()) {
                        LockSupport.park(Workers.this);
                    }
                    asleep = false;
                    turns = 0;
                    idleSince = System.nanoTime();
                }
            }
        }

        private boolean isIdle() {
            long now = queues.get(place(worker));
            return (now & 0xFFFF) >= (now >>> 16 & 0xFFFF);
        }
    }
}
