package org.altdsl.runtime.kernel;

import java.util.Arrays;

/**
 * How far the elements of a variable lag behind that decays when it is needed: by how many steps each has decayed so
 * far.
 */
public final class LazyValues {
    /** What is much smaller than this ends at 0; the rest keeps the digits that it has beside this number. */
    public static final float FLOAT_FLOOR = 0x1p-80f;

    /** As {@link #FLOAT_FLOOR}, of doubles. */
    public static final double DOUBLE_FLOOR = 0x1p-500;

    private static final int TABLE = 4096;

    private final double factor;
    private final double[] powers = new double[TABLE];
    private final float[] floatPowers = new float[TABLE];
    private final int[] decayed;

    /** How many steps have passed. */
    private int steps;

    /**
     * All up to date.
     *
     * @param factor what each step multiplies the values by
     */
    LazyValues(double factor, int points) {
        this.factor = factor;
        this.decayed = new int[points];
        for (int n = 0; n < TABLE; n++) {
            powers[n] = Math.pow(factor, n);
            floatPowers[n] = ended((float) powers[n]);
        }
    }

    /** How many steps have passed. */
    public int steps() {
        return steps;
    }

    /** Lets a step pass; once they are many, all elements are brought up to date. */
    void pass(Object values) {
        if (++steps == Integer.MAX_VALUE - 1) {
            refresh(values);
        }
    }

    /** A number, or 0 where it is so small that arithmetic on it, or on a share of it, would be slow. */
    private static float ended(float value) {
        return value + FLOAT_FLOOR - FLOAT_FLOOR;
    }

    private double power(int count) {
        return count < TABLE ? powers[count] : Math.pow(factor, count);
    }

    /**
     * Brings an element up to date.
     *
     * @param values the variable
     * @param point the element
     * @param due by how many steps it has to have decayed
     */
    public void touch(float[] values, int point, int due) {
        int behind = due - decayed[point];
        if (behind != 0) {
            values[point] =
                    ended(values[point] * (behind < TABLE ? floatPowers[behind] : ended((float) power(behind))));
            decayed[point] = due;
        }
    }

    /**
     * Brings an element up to date.
     *
     * @param values the variable
     * @param point the element
     * @param due by how many steps it has to have decayed
     */
    public void touch(double[] values, int point, int due) {
        int behind = due - decayed[point];
        if (behind != 0) {
            values[point] = values[point] * power(behind) + DOUBLE_FLOOR - DOUBLE_FLOOR;
            decayed[point] = due;
        }
    }

    /** Brings all elements up to date. */
    void refresh(Object values) {
        for (int point = 0; point < decayed.length; point++) {
            if (values instanceof float[] floats) {
                touch(floats, point, steps);
            } else {
                touch((double[]) values, point, steps);
            }
        }
        reset();
    }

    /** Takes all elements for up to date. */
    void reset() {
        steps = 0;
        Arrays.fill(decayed, 0);
    }

    /** What the elements are once they are up to date, without a change to them. */
    double[] current(double[] values) {
        double[] current = values.clone();
        for (int point = 0; point < current.length; point++) {
            current[point] *= power(steps - decayed[point]);
        }
        return current;
    }

    /** By how many steps each element lags behind. */
    double[] behind() {
        double[] behind = new double[decayed.length];
        for (int point = 0; point < behind.length; point++) {
            behind[point] = steps - decayed[point];
        }
        return behind;
    }

    /** Sets by how many steps each element lags behind. */
    void setBehind(double[] behind) {
        steps = 0;
        for (double one : behind) {
            steps = Math.max(steps, (int) one);
        }
        for (int point = 0; point < behind.length; point++) {
            decayed[point] = steps - (int) behind[point];
        }
    }
}
