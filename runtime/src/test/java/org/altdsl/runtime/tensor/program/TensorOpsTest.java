package org.altdsl.runtime.tensor.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The vocabulary of tensor kernels where ND4J's own operations mean something else, and the job that runs them. */
class TensorOpsTest {
    private static final double NAN = Double.NaN;
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private final TensorFactory factory = new TensorFactory(Precision.DOUBLE, array -> {});
    private final Tensors t = new Tensors(factory, List.of(), 1);

    private INDArray vector(double... values) {
        return factory.fromHost(values, values.length);
    }

    private INDArray matrix(int columns, double... values) {
        return factory.fromHost(values, values.length / columns, columns);
    }

    @Test
    void extremaOfWhatIsNotANumberAreNone() {
        INDArray x = vector(NAN, 1, NAN, -INFINITY, 2);
        INDArray y = vector(1, NAN, NAN, INFINITY, 3);
        Map<BiFunction<INDArray, INDArray, INDArray>, double[]> cases = Map.of(
                (a, b) -> Elementwise.max(t, a, b), new double[] {NAN, NAN, NAN, INFINITY, 3},
                (a, b) -> Elementwise.min(t, a, b), new double[] {NAN, NAN, NAN, -INFINITY, 2});
        cases.forEach((operation, right) -> assertArrayEquals(right, Transfers.read(operation.apply(x, y))));
        INDArray rows = matrix(3, 1, NAN, 3, 1, INFINITY, 2, -INFINITY, -INFINITY, -INFINITY);
        int[] columns = {1};
        assertArrayEquals(new double[] {NAN, INFINITY, -INFINITY}, Transfers.read(TensorOps.max(t, rows, columns)));
        assertArrayEquals(new double[] {NAN, 1, -INFINITY}, Transfers.read(TensorOps.min(t, rows, columns)));
        assertArrayEquals(new double[] {NAN, -1, 0}, Transfers.read(Elementwise.sign(t, vector(NAN, -INFINITY, 0))));
    }

    @Test
    void theBranchThatIsNotTakenDoesNotLeak() {
        INDArray condition = matrix(1, 0, 1, NAN);
        INDArray yes = matrix(2, NAN, INFINITY);
        INDArray chosen = Elementwise.select(t, condition, yes, t.constant(4));
        assertArrayEquals(new double[] {4, 4, NAN, INFINITY, NAN, INFINITY}, Transfers.read(chosen));
    }

    @Test
    void theFirstOfEqualsIsTheLargest() {
        INDArray rows = matrix(4, 1, 3, 3, 2, NAN, 0, NAN, 0, NAN, NAN, NAN, NAN);
        assertArrayEquals(new double[] {1, 1, 0}, Transfers.read(TensorOps.argmax(t, rows, 1)));
        assertArrayEquals(
                new double[] {0, 0, 0, 0},
                Transfers.read(TensorOps.argmax(t, TensorOps.spread(vector(1, 1, 1, 1), 2, 2), 0)));
    }

    @Test
    void functionsAreExactWhereTheirFormulasOverflow() {
        assertArrayEquals(
                new double[] {0, Math.log(2), 1000},
                Transfers.read(Elementwise.softplus(t, vector(-1000, 0, 1000))),
                1e-15);
        assertArrayEquals(new double[] {0, 0.5, 1}, Transfers.read(Elementwise.sigmoid(t, vector(-1000, 0, 1000))));
        assertArrayEquals(
                new double[] {-2, -0.0, 2, 2}, Transfers.read(Elementwise.round(t, vector(-2.5, -0.5, 1.5, 2.5))));
        assertArrayEquals(
                new double[] {2, 1, -2}, Transfers.read(Elementwise.mod(t, vector(-1, 4, -2), vector(3, 3, -3))));
    }

    @Test
    void whatIsSentToOnePointIsSummed() {
        INDArray values = matrix(2, 1, 2, 3, 4, 5, 6, 7, 8);
        INDArray points = TensorOps.points(t, vector(2, 0, 2, 2), 3, "a");
        assertArrayEquals(new double[] {3, 4, 0, 0, 13, 16}, Transfers.read(TensorOps.scatter(t, values, points, 3)));
    }

    @Test
    void aPointThatIsNotThereIsAnError() {
        for (double wrong : new double[] {-1, 3, NAN}) {
            INDArray index = vector(0, wrong, 2);
            Exception error =
                    assertThrows(IndexOutOfBoundsException.class, () -> TensorOps.points(t, index, 3, "class"));
            assertTrue(error.getMessage().contains("of axis class of 3"), error.getMessage());
        }
    }

    @Test
    void productsTakeTransposesAndAccumulate() {
        for (int m : new int[] {1, 2}) {
            for (int k : new int[] {1, 3}) {
                for (int n : new int[] {1, 4}) {
                    for (int turned = 0; turned < 8; turned++) {
                        checkProduct(m, k, n, turned);
                    }
                }
            }
        }
    }

    private void checkProduct(int m, int k, int n, int turned) {
        INDArray a = stored(m, k, (turned & 1) == 1, 1);
        INDArray b = stored(k, n, (turned & 2) == 2, 2);
        INDArray c = stored(m, n, (turned & 4) == 4, 3);
        double[] right = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a.getDouble(i, l) * b.getDouble(l, j);
                }
                right[i * n + j] = c.getDouble(i, j) + 0.5 * sum;
            }
        }
        TensorOps.multiply(a, b, c, 0.5, 1);
        assertArrayEquals(right, Transfers.read(c), 1e-12, m + " " + k + " " + n + " " + turned);
    }

    private INDArray stored(int rows, int columns, boolean turned, int from) {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(from + i);
        }
        INDArray matrix = matrix(turned ? rows : columns, values);
        return turned ? TensorOps.transpose(matrix) : matrix;
    }

    @Test
    void drawsAreThoseOfTheOtherBackEnds() {
        Clocks now = new Clocks();
        now.seed = 5;
        now.batch = 3;
        now.draw = 3;
        now.lanes = 2;
        now.samples = new int[] {7, 1};
        long key = CounterRandom.key(CounterRandom.key(5, "noise"), 3);
        double[] mean = {0, 1, 2, 3, 4, 5};
        double[] right = new double[6];
        for (int i = 0; i < 6; i++) {
            right[i] = CounterRandom.normal(key, now.samples[i / 3] * 3 + i % 3, mean[i], 2);
        }
        INDArray drawn = Transfers.normal(t, now, "noise", false, true, new long[] {2, 3}, mean, new double[] {2});
        assertArrayEquals(right, Transfers.read(drawn));
    }

    @Test
    void arraysOfOneKernelServeTheNext() {
        INDArray first = factory.values(2, 3);
        assertFalse(first == factory.values(2, 3));
        factory.release();
        List<INDArray> again = List.of(factory.values(2, 3), factory.values(2, 3));
        assertTrue(again.stream().anyMatch(array -> array == first));
        assertSame(t.constant(2), t.constant(2));
    }

    /** A state that adds up what it is shown, in {@code [lane, x]}. */
    private static Executor summing(int lanes) {
        VariableInfo shown = new VariableInfo("x", List.of("lane", "x"), List.of(0, 2), Scope.BATCH, "x");
        VariableInfo sum = new VariableInfo("s", List.of("lane", "x"), List.of(0, 2), Scope.RUN, "s");
        TensorUnit unit = new TensorUnit() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public void run(int kernel, Tensors tensors, Clocks now) {
                TensorOps.set(tensors.at(1), Elementwise.add(tensors, tensors.at(1), tensors.at(0)));
            }
        };
        TensorProgram program = new TensorProgram(
                List.of(
                        new TensorLayout(shown, true, true, false, false),
                        new TensorLayout(sum, true, true, true, false)),
                unit,
                List.of(new TensorKernel(new StepInfo("add", List.of("s"), List.of("here")), true, true)),
                Map.of(),
                Map.of(Scope.BATCH, List.of(0)),
                () -> new TensorFactory(Precision.FLOAT, array -> {}));
        return program.executor(1, lanes);
    }

    @Test
    void lanesBeyondTheBatchKeepTheirState() {
        Executor executor = summing(3);
        executor.load("x", new float[] {1, 2, 3, 4, 5, 6}, 2, new int[] {2, 0, 1}, 3);
        executor.run(Scope.BATCH);
        executor.clocks().lanes = 1;
        executor.write("x", new double[] {10, 20});
        Snapshot snapshot = executor.snapshot();
        executor.runStep(Scope.BATCH, 0);
        assertArrayEquals(new double[] {15, 26}, executor.read("s"));
        executor.clocks().lanes = 3;
        assertArrayEquals(new double[] {15, 26, 1, 2, 3, 4}, executor.read("s"));
        executor.restore(snapshot);
        assertEquals(1, executor.clocks().lanes);
        executor.clocks().lanes = 3;
        assertArrayEquals(new double[] {5, 6, 1, 2, 3, 4}, executor.read("s"));
    }

    @Test
    void aValueThatIsNotFiniteIsFound() {
        Executor executor = summing(2);
        assertTrue(executor.isFinite("s"));
        for (double value : new double[] {NAN, INFINITY, -INFINITY}) {
            executor.write("s", new double[] {1, 2, value, 4});
            assertFalse(executor.isFinite("s"));
        }
        executor.clocks().lanes = 1;
        assertTrue(executor.isFinite("s"));
        assertEquals(
                List.of("add"),
                executor.steps(Scope.BATCH).stream().map(StepInfo::name).toList());
    }

    @Test
    void wrongUsesAreRefused() {
        Executor executor = summing(2);
        assertThrows(IllegalArgumentException.class, () -> executor.read("nothing"));
        assertThrows(IllegalArgumentException.class, () -> executor.write("s", new double[3]));
        assertThrows(IllegalArgumentException.class, () -> executor.load("x", new float[9], 3, new int[1], 1));
        executor.clocks().lanes = 3;
        assertThrows(IllegalStateException.class, () -> executor.run(Scope.BATCH));
    }

    /** What only the host's own memory has, and what would make arrays that the factory does not know of. */
    private static final Pattern OF_THE_HOST = Pattern.compile(
            "[pP]ointer|\\.data\\(|\\.get(Float|Double|Int|Long|Number|Scalar)\\b|\\.put(Scalar|Row|Column)\\(|\\.to\\w+Vector\\("
                    + "|\\.to\\w+Matrix\\(|Number\\(|\\.as(Float|Double)\\(");

    private static final Pattern MAKES_ARRAYS = Pattern.compile("Nd4j\\.(create|zeros|ones|rand|scalar|value|arange)"
            + "|\\.dup\\(|\\.castTo\\(|\\.(sub|mul|div|neg|mmul|rsub|rdiv)i?\\(");

    @Test
    void onlyTransfersTouchTheMemoryOfTheHostAndOnlyTheFactoryMakesArrays() throws IOException {
        List<String> found = new ArrayList<>();
        try (var files = Files.list(Path.of("src/main/java/org/altdsl/runtime/tensor/program"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                int number = 0;
                for (String line : Files.readAllLines(file)) {
                    number++;
                    boolean host = OF_THE_HOST.matcher(line).find() && !name.equals("Transfers.java");
                    boolean makes = MAKES_ARRAYS.matcher(line).find()
                            && !name.equals("Transfers.java")
                            && !name.equals("TensorFactory.java");
                    if (host || makes) {
                        found.add(name + ":" + number + ": " + line.strip());
                    }
                }
            }
        }
        assertEquals(List.of(), found);
    }
}
