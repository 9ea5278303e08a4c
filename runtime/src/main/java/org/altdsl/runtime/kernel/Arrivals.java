package org.altdsl.runtime.kernel;

/**
 * The synapses of each source in the order of their delays, so that those that a spike reaches after so many steps lie
 * together.
 */
public final class Arrivals {
    /** The numbers of the synapses, by source, then by delay, then ascending. */
    public final int[] synapses;

    /** The delays that occur, ascending. */
    public final int[] lags;

    private final int width;
    private final int[] starts;

    /**
     * Sorts synapses by their delays.
     *
     * @param delays the delay of each synapse in steps, {@code float[]} or {@code double[]}
     * @param longest the longest there may be
     */
    Arrivals(Incidence edges, Object delays, int longest) {
        int count = edges.count();
        int sources = edges.rows.length - 1;
        this.width = longest + 1;
        this.starts = new int[Math.multiplyExact(sources, width) + 1];
        this.synapses = new int[count];
        int[] lag = new int[count];
        boolean[] occurs = new boolean[width];
        for (int s = 0; s < count; s++) {
            double delay = delays instanceof float[] floats ? floats[s] : ((double[]) delays)[s];
            lag[s] = (int) delay;
            if (lag[s] != delay || lag[s] < 0 || lag[s] > longest) {
                throw new IllegalArgumentException(
                        "synapse " + s + " has a delay of " + delay + " steps, which is not from 0 to " + longest);
            }
            occurs[lag[s]] = true;
            starts[edges.source[s] * width + lag[s] + 1]++;
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        int[] next = starts.clone();
        for (int s = 0; s < count; s++) {
            synapses[next[edges.source[s] * width + lag[s]]++] = s;
        }
        int distinct = 0;
        for (boolean one : occurs) {
            distinct += one ? 1 : 0;
        }
        this.lags = new int[distinct];
        for (int one = width - 1; one >= 0; one--) {
            if (occurs[one]) {
                lags[--distinct] = one;
            }
        }
    }

    /** Where in {@link #synapses} those of a source with a delay begin. */
    public int first(int source, int lag) {
        return starts[source * width + lag];
    }

    /** One past the last of them. */
    public int last(int source, int lag) {
        return starts[source * width + lag + 1];
    }
}
