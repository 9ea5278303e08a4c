package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * REINFORCE follows the gradient of the mean reward, whatever its baseline (I-21 of the rule zoo; Williams 1992): four
 * coins, every one of the sixteen outcomes drawn at least once, each proposal weighted with the outcome's probability.
 */
class ReinforceTest {
    private static final int COINS = 4;
    private static final int OUTCOMES = 1 << COINS;
    private static final double[] IMAGE = {1, -0.5, 0.25};
    private static final double[][] WEIGHTS = {{0.5, 0.25, -0.5}, {-0.25, 1, 0.5}, {0.75, -0.5, 0}, {-0.5, -0.25, 1}};

    private static Trainer trainer;

    @BeforeAll
    static void lower() {
        String text = """
                import neurons, optimizers, reinforce
                dataset Samples { field image : [3] = [[0, 0, 0]] }
                experiment "four coins" {
                    data Samples batch 1
                    network {
                        x : Input(data.image)
                        y : Coin[4]
                        x -> y via Linear { w ~ normal(0, 1) }
                            learns Reinforce(reward = (sum(y.r * (y.index + 1) over y) - 4)^2 / 10 + max(y.r over y))
                    }
                    optimizer SGD(eta = 0)
                }
                """;
        trainer = Trainer.of(Programs.lower(text).get(0), Trainer.fused(), Map.of("image", IMAGE.length), 1);
        Matrix.write(trainer, "x->y.w", "y", "x", WEIGHTS);
    }

    private static double reward(int outcome) {
        double sum = 0;
        for (int coin = 0; coin < COINS; coin++) {
            sum += (outcome >> coin & 1) * (coin + 1);
        }
        return Math.pow(sum - 4, 2) / 10 + (outcome == 0 ? 0 : 1);
    }

    private static double probability(int outcome, double[][] weights) {
        double product = 1;
        for (int coin = 0; coin < COINS; coin++) {
            double p = 1 / (1 + Math.exp(-Matrix.dot(weights[coin], IMAGE)));
            product *= (outcome >> coin & 1) == 1 ? p : 1 - p;
        }
        return product;
    }

    private static double meanReward(double[][] weights) {
        double mean = 0;
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            mean += probability(outcome, weights) * reward(outcome);
        }
        return mean;
    }

    /** The mean proposal, every outcome counted with its probability. */
    private static double[][] meanProposal(double baseline) {
        double[][][] proposals = new double[OUTCOMES][][];
        int seen = 0;
        for (int batch = 0; seen < OUTCOMES && batch < 20_000; batch++) {
            trainer.write("Reinforce.usual", baseline);
            trainer.batch(1, Map.of("image", IMAGE));
            double[] fired = trainer.read("y.r");
            int outcome = 0;
            for (int coin = 0; coin < COINS; coin++) {
                outcome |= (int) fired[coin] << coin;
            }
            seen += proposals[outcome] == null ? 1 : 0;
            proposals[outcome] = Matrix.read(trainer, "x->y.dw", "y", "x");
        }
        assertEquals(OUTCOMES, seen, "outcomes drawn");
        double[][] mean = new double[COINS][IMAGE.length];
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            for (int coin = 0; coin < COINS; coin++) {
                for (int i = 0; i < IMAGE.length; i++) {
                    mean[coin][i] += probability(outcome, WEIGHTS) * proposals[outcome][coin][i];
                }
            }
        }
        return mean;
    }

    /** Central differences of step 1e-5 are off by 1e-10 and round by 1e-11. */
    @Test
    void theMeanProposalIsTheGradientOfTheMeanReward() {
        double[][] mean = meanProposal(0);
        double step = 1e-5;
        for (int coin = 0; coin < COINS; coin++) {
            for (int i = 0; i < IMAGE.length; i++) {
                double slope = (meanReward(moved(coin, i, step)) - meanReward(moved(coin, i, -step))) / (2 * step);
                assertEquals(slope, mean[coin][i], 1e-7, "coin " + coin + ", input " + i);
                assertNotEquals(0, slope, 1e-4);
            }
        }
    }

    private static double[][] moved(int coin, int input, double by) {
        double[][] weights = new double[COINS][];
        for (int i = 0; i < COINS; i++) {
            weights[i] = WEIGHTS[i].clone();
        }
        weights[coin][input] += by;
        return weights;
    }

    @Test
    void theBaselineMakesNoDifferenceToTheMean() {
        double[][] without = meanProposal(0);
        double[][] with = meanProposal(0.7);
        for (int coin = 0; coin < COINS; coin++) {
            for (int i = 0; i < IMAGE.length; i++) {
                assertEquals(without[coin][i], with[coin][i], 1e-12, "coin " + coin + ", input " + i);
            }
        }
    }
}
