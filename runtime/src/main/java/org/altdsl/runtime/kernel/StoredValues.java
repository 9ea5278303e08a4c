package org.altdsl.runtime.kernel;

import org.altdsl.runtime.tensor.OffHeapMatrix;

/**
 * Copies between the nested arrays of a variable and plain vectors in reading order: row-major over its axes as
 * {@link org.altdsl.runtime.plan.VariableInfo#axes()} lists them.
 */
final class StoredValues {
    private StoredValues() {}

    static double[] read(SlotLayout layout, Object array, int lanes) {
        double[] values = new double[layout.elements(lanes)];
        if (array instanceof int[] table) {
            for (int i = 0; i < values.length; i++) {
                values[i] = table[i];
            }
            return values;
        }
        if (layout.rank() == 0) {
            values[0] = array instanceof float[] row ? row[0] : ((double[]) array)[0];
            return values;
        }
        if (array instanceof OffHeapMatrix matrix) {
            new OffHeap(layout, matrix, lanes, values).copy(0, 0, true);
            return values;
        }
        read(layout, array, lanes, 0, 0, values);
        return values;
    }

    private static Object row(OffHeapMatrix matrix, int number) {
        if (matrix.isFloat()) {
            float[] row = new float[matrix.columns()];
            matrix.get(number, row);
            return row;
        }
        double[] row = new double[matrix.columns()];
        matrix.get(number, row);
        return row;
    }

    private static void read(SlotLayout layout, Object array, int lanes, int level, int offset, double[] values) {
        int extent = layout.extent(level, lanes);
        int stride = layout.stride(level, lanes);
        if (array instanceof float[] row) {
            for (int i = 0; i < extent; i++) {
                values[offset + i * stride] = row[i];
            }
        } else if (array instanceof double[] row) {
            for (int i = 0; i < extent; i++) {
                values[offset + i * stride] = row[i];
            }
        } else {
            Object[] rows = (Object[]) array;
            for (int i = 0; i < extent; i++) {
                read(layout, rows[i], lanes, level + 1, offset + i * stride, values);
            }
        }
    }

    static void write(SlotLayout layout, Object array, int lanes, double[] values) {
        if (array instanceof int[]) {
            throw new IllegalArgumentException(layout.info().name() + " is decided by the connections");
        }
        if (layout.rank() == 0) {
            if (array instanceof float[] row) {
                row[0] = (float) values[0];
            } else {
                ((double[]) array)[0] = values[0];
            }
            return;
        }
        if (array instanceof OffHeapMatrix matrix) {
            new OffHeap(layout, matrix, lanes, values).copy(0, 0, false);
            return;
        }
        write(layout, array, lanes, 0, 0, values);
    }

    private static void write(SlotLayout layout, Object array, int lanes, int level, int offset, double[] values) {
        int extent = layout.extent(level, lanes);
        int stride = layout.stride(level, lanes);
        if (array instanceof float[] row) {
            for (int i = 0; i < extent; i++) {
                row[i] = (float) values[offset + i * stride];
            }
        } else if (array instanceof double[] row) {
            for (int i = 0; i < extent; i++) {
                row[i] = values[offset + i * stride];
            }
        } else {
            Object[] rows = (Object[]) array;
            for (int i = 0; i < extent; i++) {
                write(layout, rows[i], lanes, level + 1, offset + i * stride, values);
            }
        }
    }

    /** Sets one lane of a matrix off the heap, from a stretch of float data. */
    static void load(SlotLayout layout, OffHeapMatrix matrix, int lane, float[] values, int offset) {
        double[] sample = new double[layout.elements(1)];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = values[offset + i];
        }
        OffHeap copy = new OffHeap(layout, matrix, 1, sample);
        copy.element = lane * sample.length;
        copy.copy(0, 0, false);
    }

    /** Sets the part of an array below one index of its outermost level, from a stretch of float data. */
    static void load(SlotLayout layout, Object array, int level, float[] values, int offset) {
        int extent = layout.extent(level, 1);
        int stride = layout.stride(level, 1);
        if (array instanceof float[] row && stride == 1) {
            System.arraycopy(values, offset, row, 0, extent);
        } else if (array instanceof float[] row) {
            for (int i = 0; i < extent; i++) {
                row[i] = values[offset + i * stride];
            }
        } else if (array instanceof double[] row) {
            for (int i = 0; i < extent; i++) {
                row[i] = values[offset + i * stride];
            }
        } else {
            Object[] rows = (Object[]) array;
            for (int i = 0; i < extent; i++) {
                load(layout, rows[i], level + 1, values, offset + i * stride);
            }
        }
    }

    static boolean isFinite(SlotLayout layout, Object array, int lanes) {
        if (array instanceof int[]) {
            return true;
        }
        if (array instanceof OffHeapMatrix matrix) {
            int rows = layout.rowCount(lanes);
            for (int i = 0; i < rows; i++) {
                if (!isFinite(row(matrix, i), matrix.columns())) {
                    return false;
                }
            }
            return true;
        }
        return layout.rank() == 0 ? isFinite(array, 1) : isFinite(layout, array, lanes, 0);
    }

    private static boolean isFinite(SlotLayout layout, Object array, int lanes, int level) {
        int extent = layout.extent(level, lanes);
        if (!(array instanceof Object[] rows)) {
            return isFinite(array, extent);
        }
        for (int i = 0; i < extent; i++) {
            if (!isFinite(layout, rows[i], lanes, level + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFinite(Object array, int count) {
        // x * 0 is 0 for finite x and NaN otherwise, so one sum finds any other element without a branch.
        if (array instanceof float[] row) {
            float sum = 0;
            for (int i = 0; i < count; i++) {
                sum += row[i] * 0f;
            }
            return sum == 0;
        }
        double sum = 0;
        double[] row = (double[]) array;
        for (int i = 0; i < count; i++) {
            sum += row[i] * 0.0;
        }
        return sum == 0;
    }

    /** Copies between a matrix off the heap, element by element in memory order, and values in reading order. */
    private static final class OffHeap {
        private final SlotLayout layout;
        private final OffHeapMatrix matrix;
        private final int lanes;
        private final double[] values;
        private int element;

        OffHeap(SlotLayout layout, OffHeapMatrix matrix, int lanes, double[] values) {
            this.layout = layout;
            this.matrix = matrix;
            this.lanes = lanes;
            this.values = values;
        }

        void copy(int level, int offset, boolean read) {
            int stride = layout.stride(level, lanes);
            if (level < layout.rank() - 1) {
                for (int i = 0; i < layout.extent(level, lanes); i++) {
                    copy(level + 1, offset + i * stride, read);
                }
            } else if (read) {
                matrix.read(element, layout.extent(level, lanes), values, offset, stride);
                element += layout.extent(level, lanes);
            } else {
                matrix.write(element, layout.extent(level, lanes), values, offset, stride);
                element += layout.extent(level, lanes);
            }
        }
    }
}
