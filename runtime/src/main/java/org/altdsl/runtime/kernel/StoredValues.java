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
        if (layout.rank() == 0) {
            values[0] = array instanceof float[] row ? row[0] : ((double[]) array)[0];
            return values;
        }
        if (array instanceof OffHeapMatrix matrix) {
            int rows = layout.extent(0, lanes);
            for (int i = 0; i < rows; i++) {
                read(layout, row(matrix, i), lanes, 1, i * layout.stride(0, lanes), values);
            }
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
        if (layout.rank() == 0) {
            if (array instanceof float[] row) {
                row[0] = (float) values[0];
            } else {
                ((double[]) array)[0] = values[0];
            }
            return;
        }
        if (array instanceof OffHeapMatrix matrix) {
            int rows = layout.extent(0, lanes);
            for (int i = 0; i < rows; i++) {
                Object row = matrix.isFloat() ? new float[matrix.columns()] : new double[matrix.columns()];
                write(layout, row, lanes, 1, i * layout.stride(0, lanes), values);
                if (row instanceof float[] floats) {
                    matrix.put(i, floats);
                } else {
                    matrix.put(i, (double[]) row);
                }
            }
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
        if (array instanceof OffHeapMatrix matrix) {
            int rows = layout.extent(0, lanes);
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
}
