package org.altdsl.runtime.kernel;

/**
 * The part of a kernel's outermost axis that one call covers. Shards are cut by sizes only, never by the number of
 * threads, so that results do not depend on the machine.
 *
 * @param first the first index
 * @param last one past the last index; {@link Integer#MAX_VALUE} means up to the end
 */
public record Shard(int first, int last) {
    /** Everything. */
    public static final Shard WHOLE = new Shard(0, Integer.MAX_VALUE);

    public Shard {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("shard " + first + ".." + last);
        }
    }
}
