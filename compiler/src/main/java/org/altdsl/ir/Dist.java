package org.altdsl.ir;

/** The distributions and the number of their arguments. */
public enum Dist {
    /** low, high. */
    UNIFORM(2),
    /** mean, standard deviation. */
    NORMAL(2),
    /** probability of 1. */
    BERNOULLI(1),
    /** mean. */
    POISSON(1),
    /** mean and variance of the variable itself, not of its logarithm. */
    LOGNORMAL(2),
    /** mean. */
    EXPONENTIAL(1),
    /** probability of success in a trial; the number of trials up to the first success, at most 2^24. */
    GEOMETRIC(1);

    private final int arity;

    Dist(int arity) {
        this.arity = arity;
    }

    public int arity() {
        return arity;
    }
}
