package org.altdsl.tests.reproduction;

/** Co-fire on one layer with plain descent, from the equations of {@code hebbian-energy-cofire.md} 3.2, with loops. */
final class ReferenceCoFire {
    private static final double EPSILON = 1e-8;

    private final double rate;
    private final double clamp;
    private final double penalty;
    private final double descent;
    final double[][] weights;
    final double[] biases;
    double clampRatio;
    double entropy;

    /** A layer with weights [out][in] under gradient descent with the step {@code descent}. */
    ReferenceCoFire(double rate, double clamp, double penalty, double descent, double[][] weights, double[] biases) {
        this.rate = rate;
        this.clamp = clamp;
        this.penalty = penalty;
        this.descent = descent;
        this.weights = ReferenceMassRedistribution.copy(weights);
        this.biases = biases.clone();
    }

    /** One batch: what the layer was shown, and its potentials, a row a sample. */
    void learn(double[][] inputs, double[][] potentials) {
        int out = weights.length;
        int in = weights[0].length;
        int samples = inputs.length;
        double[] u = new double[out];
        double[] x = new double[in];
        int clamped = 0;
        for (int b = 0; b < samples; b++) {
            for (int i = 0; i < out; i++) {
                u[i] += Math.min(Math.abs(potentials[b][i]), clamp) / samples;
                clamped += Math.abs(potentials[b][i]) >= clamp ? 1 : 0;
            }
            for (int j = 0; j < in; j++) {
                x[j] += Math.abs(inputs[b][j]) / samples;
            }
        }
        clampRatio = clamped / (double) (samples * out);
        double total = 0;
        double mean = 0;
        for (int i = 0; i < out; i++) {
            mean += u[i] / out;
            for (int j = 0; j < in; j++) {
                total += u[i] * x[j];
            }
        }
        entropy = 0;
        for (int i = 0; i < out; i++) {
            int strongest = 0;
            for (int j = 0; j < in; j++) {
                strongest = u[i] * x[j] > u[i] * x[strongest] ? j : strongest;
            }
            for (int j = 0; j < in; j++) {
                double p = u[i] * x[j] / (total + EPSILON);
                entropy -= p * Math.log(p + EPSILON);
                double w = weights[i][j];
                double outside = w - Math.max(-clamp, Math.min(clamp, w));
                double gradient = rate * (p - (j == strongest ? 1 : 0)) + penalty * outside;
                weights[i][j] = w - descent * gradient;
            }
            biases[i] -= descent * rate * (u[i] - mean);
        }
    }
}
