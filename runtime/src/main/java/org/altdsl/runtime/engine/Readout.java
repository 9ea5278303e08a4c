package org.altdsl.runtime.engine;

import java.util.Arrays;

/**
 * Reads classes out of the responses of neurons that were trained without labels (Diehl and Cook 2015, Frontiers in
 * Computational Neuroscience 9:99): each neuron gets the class that it responded to most, and classes vote by the mean
 * response of their neurons.
 */
public final class Readout {
    private Readout() {}

    /**
     * The class of each neuron: that with the highest mean response; the first of those that are equal, and -1 for a
     * neuron that never responded.
     *
     * @param responses of shape [sample, neuron]
     * @param labels of shape [sample, 1]
     * @return of shape [1, neuron]
     */
    public static double[][] assignLabels(double[][] responses, double[][] labels) {
        if (responses.length == 0) {
            return new double[][] {{}};
        }
        int neurons = responses[0].length;
        int classes = 1;
        for (double[] label : labels) {
            classes = Math.max(classes, (int) label[0] + 1);
        }
        double[][] sums = new double[classes][neurons];
        int[] counts = new int[classes];
        for (int sample = 0; sample < responses.length; sample++) {
            int label = (int) labels[sample][0];
            counts[label]++;
            for (int neuron = 0; neuron < neurons; neuron++) {
                sums[label][neuron] += responses[sample][neuron];
            }
        }
        double[] owners = new double[neurons];
        for (int neuron = 0; neuron < neurons; neuron++) {
            double best = 0;
            owners[neuron] = -1;
            for (int label = 0; label < classes; label++) {
                double mean = counts[label] == 0 ? 0 : sums[label][neuron] / counts[label];
                if (mean > best) {
                    best = mean;
                    owners[neuron] = label;
                }
            }
        }
        return new double[][] {owners};
    }

    /**
     * The class of each sample: that whose neurons responded most in the mean; -1 where none responded.
     *
     * @param responses of shape [sample, neuron]
     * @param owners the class of each neuron, of shape [1, neuron]
     * @return of shape [sample, 1]
     */
    public static double[][] vote(double[][] responses, double[][] owners) {
        double[] owner = owners[0];
        int classes = 1 + (int) Arrays.stream(owner).max().orElse(0);
        int[] members = new int[Math.max(1, classes)];
        for (double one : owner) {
            if (one >= 0) {
                members[(int) one]++;
            }
        }
        double[][] votes = new double[responses.length][1];
        for (int sample = 0; sample < responses.length; sample++) {
            double[] sums = new double[members.length];
            for (int neuron = 0; neuron < owner.length; neuron++) {
                if (owner[neuron] >= 0) {
                    sums[(int) owner[neuron]] += responses[sample][neuron];
                }
            }
            double best = 0;
            votes[sample][0] = -1;
            for (int label = 0; label < sums.length; label++) {
                double mean = members[label] == 0 ? 0 : sums[label] / members[label];
                if (mean > best) {
                    best = mean;
                    votes[sample][0] = label;
                }
            }
        }
        return votes;
    }

    /**
     * The share of samples whose class was found.
     *
     * @param found of shape [sample, 1]
     * @param labels of shape [sample, 1]
     * @return of shape [1, 1]
     */
    public static double[][] accuracy(double[][] found, double[][] labels) {
        int right = 0;
        for (int sample = 0; sample < found.length; sample++) {
            right += found[sample][0] == labels[sample][0] ? 1 : 0;
        }
        return new double[][] {{found.length == 0 ? 0 : (double) right / found.length}};
    }
}
