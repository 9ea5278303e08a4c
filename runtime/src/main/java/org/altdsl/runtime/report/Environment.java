package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a run ran on, as far as it can change the numbers or the time.
 *
 * @param version the version of altdsl
 * @param gitCommit the commit altdsl was built from, where it is known
 * @param java the Java runtime's version
 * @param backend what computed, as {@code cpu}, {@code cuda} or {@code reference}, with its library
 * @param cpu the processor's name
 * @param cores the number of processor cores, at least 1
 * @param threads the number of threads used, at least 1
 * @param precision {@code float} or {@code double}
 * @param os the operating system
 */
public record Environment(
        String version,
        Optional<String> gitCommit,
        String java,
        String backend,
        String cpu,
        int cores,
        int threads,
        String precision,
        String os) {

    /** Checks. */
    public Environment {
        requireNonNull(version, "version");
        requireNonNull(gitCommit, "gitCommit");
        requireNonNull(java, "java");
        requireNonNull(backend, "backend");
        requireNonNull(cpu, "cpu");
        requireNonNull(precision, "precision");
        requireNonNull(os, "os");
        if (cores < 1 || threads < 1) {
            throw new IllegalArgumentException("cores and threads are at least 1: " + cores + ", " + threads);
        }
    }
}
