package org.altdsl.runtime.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Lets some threads run trials, each of which touches nothing but its own lane. */
final class Trials {
    private Trials() {}

    /**
     * Runs a trial in each lane.
     *
     * @param trial false where it ended early
     * @return whether all ran to their end
     */
    static boolean run(List<Lane> lanes, int threads, Predicate<Lane> trial) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable work = () -> {
            for (int lane = next.getAndIncrement(); lane < lanes.size(); lane = next.getAndIncrement()) {
                try {
                    if (trial.test(lanes.get(lane))) {
                        ended.incrementAndGet();
                    }
                } catch (RuntimeException | Error thrown) {
                    failure.compareAndSet(null, thrown);
                }
            }
        };
        List<Thread> others = new ArrayList<>();
        for (int thread = 1; thread < Math.min(threads, lanes.size()); thread++) {
            Thread other = new Thread(work, "altdsl-trial-" + thread);
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        work.run();
        for (Thread other : others) {
            join(other);
        }
        if (failure.get() instanceof Error error) {
            throw error;
        }
        if (failure.get() instanceof RuntimeException thrown) {
            throw thrown;
        }
        return ended.get() == lanes.size();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
