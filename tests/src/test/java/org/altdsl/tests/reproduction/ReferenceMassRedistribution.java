package org.altdsl.tests.reproduction;

import java.util.Arrays;

/**
 * Mass redistribution on one layer, written from the equations of {@code hebbian-energy-cofire.md} 3.3 with plain
 * loops: an implementation that shares nothing with the language. Without jitter.
 */
final class ReferenceMassRedistribution {
    private static final double EPSILON = 1e-8;

    /** The knobs, with the defaults of the class in the source. */
    static final class Knobs {
        double release = 0.25;
        double rewardGain = 0.6;
        double baseRelease = 0.1;
        double decay = 0.05;
        double temperature = 1;
        double bonus = 0.4;
        double competition = 0.3;
        double budget = 5;
        double targetGain = 0.5;
        double affinityStrength = 0.1;
        double affinityDecay = 0.99;
        double affinityTemperature = 1.5;
        double signStrength = 0.2;
        double signMomentum = 0.9;
    }

    private final Knobs knobs;
    private final boolean output;
    private final int in;
    private final int out;
    final double[][] weights;
    final double[] biases;
    final double[][] mass;
    final double[][] affinity;
    final double[][] sense;
    final double[] tone;

    /** A layer with weights [out][in]; the start of its affinity is drawn, so it is given. */
    ReferenceMassRedistribution(Knobs knobs, boolean output, double[][] weights, double[] biases, double[][] affinity) {
        this.knobs = knobs;
        this.output = output;
        this.out = weights.length;
        this.in = weights[0].length;
        this.weights = copy(weights);
        this.biases = biases.clone();
        this.affinity = copy(affinity);
        this.mass = new double[out][in];
        this.sense = new double[out][in];
        this.tone = new double[out];
        for (int i = 0; i < out; i++) {
            for (int j = 0; j < in; j++) {
                mass[i][j] = Math.abs(weights[i][j]);
                sense[i][j] = weights[i][j] < 0 ? -1 : 1;
            }
        }
        normalizeColumns(mass);
    }

    static double[][] copy(double[][] matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }

    private static void normalizeColumns(double[][] matrix) {
        for (int j = 0; j < matrix[0].length; j++) {
            double sum = 0;
            for (double[] row : matrix) {
                sum += row[j];
            }
            for (double[] row : matrix) {
                row[j] /= sum;
            }
        }
    }

    private static double[][] softmaxOfColumns(double[][] matrix) {
        double[][] result = copy(matrix);
        for (int j = 0; j < matrix[0].length; j++) {
            for (double[] row : result) {
                row[j] = Math.exp(row[j]);
            }
        }
        normalizeColumns(result);
        return result;
    }

    /** Potentials Z = X W' + b, a row a sample. */
    double[][] potentials(double[][] inputs) {
        double[][] z = new double[inputs.length][out];
        for (int b = 0; b < inputs.length; b++) {
            for (int i = 0; i < out; i++) {
                z[b][i] = biases[i];
                for (int j = 0; j < in; j++) {
                    z[b][i] += weights[i][j] * inputs[b][j];
                }
            }
        }
        return z;
    }

    /**
     * One batch.
     *
     * @param inputs what the layer was shown
     * @param potentials what it made of them
     * @param accuracy the share of samples answered correctly
     * @param labels the class of each sample
     * @param upstream the mean signs of the rows of the layer before; zeros for the first
     */
    void learn(double[][] inputs, double[][] potentials, double accuracy, int[] labels, double[] upstream) {
        int samples = inputs.length;
        double reward = 2 * accuracy - 1;
        double pool = Math.max(knobs.baseRelease + knobs.rewardGain * reward, 0);
        double[] activity = new double[out];
        double[][] coactivity = new double[out][in];
        for (int b = 0; b < samples; b++) {
            for (int i = 0; i < out; i++) {
                double s = 1 / (1 + Math.exp(-potentials[b][i]));
                activity[i] += s;
                for (int j = 0; j < in; j++) {
                    coactivity[i][j] += s * inputs[b][j];
                }
            }
        }
        double most = Arrays.stream(activity).max().orElseThrow();
        for (double[] row : coactivity) {
            for (int j = 0; j < in; j++) {
                row[j] = Math.max(0, row[j]) / knobs.temperature;
            }
        }
        double[][] share = softmaxOfColumns(coactivity);
        double[][] wish = new double[out][in];
        for (int i = 0; i < out; i++) {
            double efficiency = 1 + knobs.bonus * (1 - activity[i] / most);
            double[] bonus = targetBonus(i, inputs, labels, reward);
            for (int j = 0; j < in; j++) {
                double column = 0;
                for (double[] row : mass) {
                    column += row[j];
                }
                wish[i][j] = share[i][j] * efficiency - knobs.competition * column;
                wish[i][j] *= 1 + pool;
                wish[i][j] += knobs.affinityStrength * affinity[i][j];
                wish[i][j] += knobs.signStrength * upstream[j];
                wish[i][j] = Math.max(wish[i][j] + bonus[j], EPSILON);
            }
        }
        normalizeColumns(wish);
        for (int i = 0; i < out; i++) {
            double kept = Math.max(0, 1 - knobs.decay * activity[i] / samples);
            for (int j = 0; j < in; j++) {
                double moved = (1 - knobs.release) * mass[i][j] + knobs.release * wish[i][j];
                mass[i][j] = Math.max(moved * kept, EPSILON);
            }
        }
        normalizeColumns(mass);
        settle();
    }

    private double[] targetBonus(int unit, double[][] inputs, int[] labels, double reward) {
        double[] bonus = new double[in];
        if (!output || reward <= 0) {
            return bonus;
        }
        double total = 0;
        for (int b = 0; b < inputs.length; b++) {
            for (int j = 0; j < in && labels[b] == unit; j++) {
                bonus[j] += inputs[b][j];
            }
        }
        for (int j = 0; j < in; j++) {
            bonus[j] = Math.abs(bonus[j]);
            total += bonus[j];
        }
        for (int j = 0; j < in && total > 0; j++) {
            bonus[j] *= knobs.targetGain * reward / total;
        }
        return bonus;
    }

    private void settle() {
        double[][] trace = new double[out][in];
        for (int i = 0; i < out; i++) {
            biases[i] *= 1 - knobs.decay;
            double mean = 0;
            for (int j = 0; j < in; j++) {
                weights[i][j] = knobs.budget * mass[i][j] * Math.signum(sense[i][j]);
                double kept = knobs.affinityDecay * affinity[i][j] + (1 - knobs.affinityDecay) * mass[i][j];
                trace[i][j] = kept / knobs.affinityTemperature;
                double signs = (1 - knobs.signMomentum) * Math.signum(weights[i][j]);
                sense[i][j] = Math.tanh(knobs.signMomentum * sense[i][j] + signs);
                mean += sense[i][j] / in;
            }
            tone[i] = mean;
        }
        double[][] next = softmaxOfColumns(trace);
        for (int i = 0; i < out; i++) {
            affinity[i] = next[i];
        }
    }

    /** The mean over units of the entropy of their masses. */
    double massEntropy() {
        double sum = 0;
        for (double[] row : mass) {
            for (double share : row) {
                sum -= share * Math.log(share + EPSILON);
            }
        }
        return sum / out;
    }
}
