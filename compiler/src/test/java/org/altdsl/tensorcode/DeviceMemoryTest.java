package org.altdsl.tensorcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.RandomProgram;
import org.altdsl.ir.RandomPrograms;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.tensor.program.TensorFactory;
import org.altdsl.runtime.tensor.program.TensorUnit;
import org.altdsl.runtime.tensor.program.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** No kernel assumes that the memory of tensors is the host's; what has no form as tensor operations is refused. */
class DeviceMemoryTest {
    private static final int PROGRAMS = 20;

    /** Everything that generated code may call; of transfers only the draws, which are computed on the host. */
    private static final Pattern VOCABULARY =
            Pattern.compile("Elementwise\\.\\w+|TensorOps\\.\\w+|t\\.(at|constant|scalar|index|integers)|Math\\.\\w+"
                    + "|Transfers\\.(uniform|normal|lognormal|bernoulli|poisson|exponential|geometric|values?)");

    private static CompiledTensors compiled(RandomProgram random) {
        return new TensorBackend(Precision.DOUBLE).compile(random.program(), random.sizes(), Set.of());
    }

    @Test
    void generatedCodeCallsNothingButTheVocabulary() {
        Set<String> others = new TreeSet<>();
        int calls = 0;
        for (long seed = 0; seed < 2 * PROGRAMS; seed++) {
            String kernels = compiled(RandomPrograms.program(seed))
                    .javaSource()
                    .lines()
                    .filter(line -> line.strip().startsWith("final INDArray")
                            || line.strip().startsWith("TensorOps"))
                    .reduce("", (all, line) -> all + line + "\n");
            Matcher call = Pattern.compile("([A-Za-z][\\w.]*)\\(").matcher(kernels.replaceAll("\"[^\"]*\"", "\"\""));
            while (call.find()) {
                calls++;
                if (!VOCABULARY.matcher(call.group(1)).matches()) {
                    others.add(call.group(1));
                }
            }
        }
        assertEquals(Set.of(), others);
        assertTrue(calls > 100 * PROGRAMS, "only " + calls + " calls were looked at");
    }

    /** What code that runs in kernels may ask an array: its form, a view of it, or to be filled on its device. */
    private static final Set<String> OF_ARRAYS =
            Set.of("shape", "size", "length", "rank", "stride", "dataType", "reshape", "permute", "get", "assign");

    /** Where else it may call ND4J: operations, which the executioner runs where the arrays are. */
    private static final Pattern OPERATIONS = Pattern.compile("org/nd4j/linalg/("
            + "api/ops/(impl/.*\\.\"<init>\"|executioner/OpExecutioner\\.exec|DynamicCustomOp.*)"
            + "|factory/Nd4j\\.(getExecutioner|exec|getBlasWrapper|getEnvironment|factory"
            + "|create|createUninitialized|createFromArray)"
            + "|factory/(BlasWrapper\\.level3|NDArrayFactory\\.blas|Environment\\.set\\w+)"
            + "|api/blas/(Level3\\.gemm|Blas\\.setMaxThreads)"
            + "|api/buffer/DataType\\.\\w+|indexing/NDArrayIndex\\.\\w+)");

    /**
     * The vocabulary's own compiled code: with {@link #generatedCodeCallsNothingButTheVocabulary} it follows that no
     * kernel, of whatever program, reads a value on the host, but through {@code Transfers}: draws and their arguments
     * and the ends of computed indices.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Elementwise", "TensorOps", "Tensors", "TensorFactory"})
    void theVocabularyNeverReadsAValueOnTheHost(String name) throws URISyntaxException {
        Path classes = Path.of(TensorFactory.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StringWriter listing = new StringWriter();
        int ended = ToolProvider.findFirst("javap")
                .orElseThrow()
                .run(
                        new PrintWriter(listing),
                        new PrintWriter(listing),
                        "-c",
                        "-p",
                        "-classpath",
                        classes.toString(),
                        TensorFactory.class.getPackageName() + "." + name);
        assertEquals(0, ended, listing.toString());
        Matcher call = Pattern.compile("Method (org/nd4j/[^:]+):").matcher(listing.toString());
        Set<String> others = new TreeSet<>();
        int calls = 0;
        while (call.find()) {
            calls++;
            String method = call.group(1);
            String ofArray = method.replace("org/nd4j/linalg/api/ndarray/INDArray.", "");
            if (!OF_ARRAYS.contains(ofArray) && !OPERATIONS.matcher(method).matches()) {
                others.add(method);
            }
        }
        assertEquals(Set.of(), others);
        assertTrue(calls > 5, "only " + calls + " calls were looked at");
    }

    /** Looks at every array that a kernel can reach, before and after it runs. */
    private record Watched(TensorUnit unit, Set<DataBuffer> made, List<String> strangers) implements TensorUnit {
        @Override
        public int size() {
            return unit.size();
        }

        @Override
        public void run(int kernel, Tensors tensors, Clocks now) {
            look(kernel, tensors);
            unit.run(kernel, tensors, now);
            look(kernel, tensors);
        }

        private void look(int kernel, Tensors tensors) {
            for (int slot = 0; slot < tensors.size(); slot++) {
                INDArray array = tensors.at(slot);
                if (array != null && !made.contains(original(array))) {
                    strangers.add("kernel " + kernel + ", variable " + slot);
                }
            }
        }
    }

    private static DataBuffer original(INDArray array) {
        DataBuffer buffer = array.data();
        while (buffer.originalDataBuffer() != null && buffer.originalDataBuffer() != buffer) {
            buffer = buffer.originalDataBuffer();
        }
        return buffer;
    }

    @Test
    void everyArrayThatKernelsSeeIsMadeByTheFactory() {
        int kernels = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            RandomProgram random = RandomPrograms.program(seed);
            Set<DataBuffer> made = Collections.newSetFromMap(new IdentityHashMap<>());
            List<String> strangers = new ArrayList<>();
            CompiledTensors compiled = compiled(random);
            TensorUnit unit = new Watched(compiled.program().unit(), made, strangers);
            kernels += unit.size();
            Executor executor = compiled.program()
                    .with(unit, () -> new TensorFactory(Precision.DOUBLE, array -> made.add(original(array))))
                    .executor(1, 3);
            Comparison.start(executor);
            for (int lanes : new int[] {3, 2}) {
                executor.clocks().lanes = lanes;
                executor.enter(Scope.BATCH);
                executor.run(Scope.BATCH);
            }
            assertEquals(List.of(), strangers);
        }
        assertTrue(kernels > PROGRAMS, "the programs had " + kernels + " kernels");
    }

    @Test
    void aSteadyRunMakesNoArrays() {
        Axis x = Axis.neurons("x");
        Axis h = Axis.neurons("h");
        Sketch sketch = new Sketch();
        Var input = sketch.variable("x", Space.of(Axis.LANE, x), DType.REAL, Scope.BATCH, Optional.empty());
        Var w = sketch.random("w", -1, 1, x, h);
        Expr sent = Sketch.prim(Op.MUL, sketch.read(w), sketch.read(input));
        Expr r = sketch.let("r", Sketch.prim(Op.TANH, Sketch.sum(sent, x)));
        Expr hebb = Sketch.prim(Op.TANH, Sketch.prim(Op.MUL, r, sketch.read(input)));
        Expr change = Expr.Reduce.over(Space.of(Axis.LANE), Fold.MEAN, hebb);
        sketch.set(w, Sketch.prim(Op.MAX, Sketch.prim(Op.ADD, sketch.read(w), change), Sketch.number(-1)));
        CompiledTensors compiled =
                new TensorBackend(Precision.FLOAT).compile(sketch.program(), Sketch.sizes(x, 5, h, 4), Set.of());
        List<INDArray> made = new ArrayList<>();
        Executor executor = compiled.program()
                .with(compiled.program().unit(), () -> new TensorFactory(Precision.FLOAT, made::add))
                .executor(1, 3);
        Comparison.start(executor);
        executor.clocks().lanes = 3;
        executor.run(Scope.BATCH);
        int first = made.size();
        for (int batch = 0; batch < 3; batch++) {
            executor.enter(Scope.BATCH);
            executor.run(Scope.BATCH);
        }
        assertEquals(first, made.size());
    }

    @Test
    void aMapThatLeavesItsAxisIsRefusedByName() {
        Axis from = Axis.neurons("a");
        Axis to = Axis.neurons("b");
        Sketch sketch = new Sketch();
        Var state = sketch.state("s", Space.of(to), new Expr.Index(to));
        sketch.let("t", Expr.Gather.of(new IndexMap.Affine(from, to, 2, 0), sketch.read(state)));
        UnsupportedConstruct refused = assertThrows(UnsupportedConstruct.class, () -> new TensorBackend(Precision.FLOAT)
                .compile(sketch.program(), Sketch.sizes(from, 3, to, 4), Set.of("t")));
        assertEquals("map that leaves its axis b", refused.construct());
        assertEquals(Sketch.SPAN, refused.span());
    }

    @Test
    void aDerivativeThatIsLeftIsRefusedByName() {
        Sketch sketch = new Sketch();
        Var state = sketch.variable("s", Space.SCALAR, DType.REAL, Scope.RUN, Optional.of(Sketch.number(1)));
        sketch.let("t", new Expr.Deriv(Expr.DerivKind.SLOPE, sketch.read(state), state));
        UnsupportedConstruct refused = assertThrows(UnsupportedConstruct.class, () -> new TensorBackend(Precision.FLOAT)
                .compile(sketch.program(), Sketch.sizes(), Set.of("t")));
        assertTrue(refused.getMessage().contains("derivative"), refused.getMessage());
    }
}
