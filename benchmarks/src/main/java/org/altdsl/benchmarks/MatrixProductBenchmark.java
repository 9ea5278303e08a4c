package org.altdsl.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.altdsl.runtime.kernel.Shard;
import org.altdsl.runtime.tensor.Matrix;
import org.altdsl.runtime.tensor.MatrixProduct;
import org.altdsl.runtime.tensor.OffHeapMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The product of a batch and transposed weights, in Java, by BLAS with operands on the heap, and by BLAS with operands
 * off it. The sizes at which one overtakes another are what {@code ProductSizes} holds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:LoopUnrollLimit=2000"})
public class MatrixProductBenchmark {
    /** Rows, terms and columns: m, k, n. */
    @Param({"32x64x10", "32x64x64", "64x128x128", "128x128x10", "128x256x128", "128x784x256", "256x1024x1024"})
    public String size;

    @Param({"java", "blas", "off heap"})
    public String home;

    private int m;
    private int k;
    private int n;
    private Matrix a;
    private Matrix b;
    private Matrix c;
    private MatrixProduct product;

    @Setup
    public void setUp() {
        String[] sizes = size.split("x");
        m = Integer.parseInt(sizes[0]);
        k = Integer.parseInt(sizes[1]);
        n = Integer.parseInt(sizes[2]);
        Random random = new Random(1);
        a = matrix(random, m, k);
        b = matrix(random, n, k);
        c = matrix(random, m, n);
        product = home.equals("java") ? MatrixProduct.java() : MatrixProduct.alwaysBlas();
    }

    private Matrix matrix(Random random, int rows, int columns) {
        float[][] values = new float[rows][columns];
        OffHeapMatrix offHeap = new OffHeapMatrix(true, rows, columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                values[row][column] = (float) random.nextGaussian();
            }
            offHeap.put(row, values[row]);
        }
        return home.equals("off heap") ? offHeap : Matrix.of(values);
    }

    @Benchmark
    public void transposedRight() {
        product.nt(a, b, c, m, k, n, 1, 0, Shard.WHOLE);
    }
}
