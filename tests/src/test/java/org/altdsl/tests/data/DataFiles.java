package org.altdsl.tests.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.tests.bench.Programs;

/** Data files in the formats that altdsl reads, written byte by byte, and data sets made from them. */
final class DataFiles {
    private DataFiles() {}

    /** An experiment that only loads its data; the first layer takes what they are. */
    static String experiment(String declarations, String data) {
        return """
                import backprop-family, datasets, neurons, objectives, optimizers
                %s
                experiment "data" {
                    data %s
                    network {
                        x : Input(data.image)
                        y : Rate[10](f = identity)
                        x -> y via Linear { w ~ kaiming } learns Backprop
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.1)
                    train 1 epochs
                }
                """.formatted(declarations, data);
    }

    static DataSource source(Path folder) {
        return new DataSource(new DataLocator(List.of(folder), Map.of("HOME", folder.toString())), folder);
    }

    static ExperimentPlan plan(String text, DataSource source) {
        DiagnosticSink sink = new DiagnosticSink();
        return Preparation.prepare(Programs.read("test.exp", text), RunOptions.asWritten(), source, sink)
                .orElseThrow(() -> Programs.failure(sink, text))
                .plan();
    }

    /** What a user is told where the data cannot be used. */
    static String refusal(String text, DataSource source) {
        DiagnosticSink sink = new DiagnosticSink();
        if (Preparation.prepare(Programs.read("test.exp", text), RunOptions.asWritten(), source, sink)
                .isPresent()) {
            throw new AssertionError("the data were taken\n" + text);
        }
        return new DiagnosticPrinter(false).print(sink);
    }

    /** A field of all samples of a split, row-major. */
    static float[] values(DataSet data, String split, String field) {
        DataSet.Split all = data.splits().get(split);
        int[] positions = new int[all.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i;
        }
        Samples samples = all.samples();
        samples.choose(positions, positions.length, 0);
        int width = data.field(field).width();
        float[] values = new float[positions.length * width];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(samples.rows(field), samples.lanes(field)[i] * width, values, i * width, width);
        }
        return values;
    }

    static int[] counts(DataSet data, String split) {
        int[] counts = new int[data.field("label").classes()];
        for (float label : values(data, split, "label")) {
            counts[(int) label]++;
        }
        return counts;
    }

    static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** An IDX array of unsigned bytes. */
    static byte[] idx(byte[] body, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + body.length);
        bytes.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) shape.length);
        for (int length : shape) {
            bytes.putInt(length);
        }
        return bytes.put(body).array();
    }

    /** An NPY array of little-endian 64-bit floats. */
    static byte[] npy(double[] values, int rows, int columns) {
        String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }\n";
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + text.length + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        bytes.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }
}
