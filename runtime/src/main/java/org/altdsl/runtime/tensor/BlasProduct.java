package org.altdsl.runtime.tensor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import org.altdsl.runtime.tensor.Matrix.HeapMatrix;

/**
 * Blocks of matrix products by the OpenBLAS library that ND4J brings, on one thread. Operands on the heap are copied to
 * memory off it, and a result on the heap back.
 *
 * <p>The library is called directly: ND4J's own product goes by way of a general operation, which costs a tenth of the
 * time of a product of 128 by 784 by 256, and several seconds to load.
 */
final class BlasProduct {

    private final Staging left = new Staging();
    private final Staging right = new Staging();
    private final Staging result = new Staging();

    BlasProduct() {
        // The number of BLAS threads decides how its sums are cut, and parallelism belongs to the shards above this.
        blas_set_num_threads(1);
    }

    /**
     * The elements of c from row {@code top} to before {@code bottom} and from column {@code first} to before {@code last}.
     *
     * @param rows the rows of the whole c
     * @param columns the columns of the whole c
     */
    void multiply(
            Matrix a,
            boolean transposeA,
            Matrix b,
            boolean transposeB,
            Matrix c,
            int rows,
            int columns,
            int top,
            int bottom,
            int k,
            int first,
            int last,
            double alpha,
            double beta) {
        int m = bottom - top;
        int n = last - first;
        if (transposeA) {
            left.take(a, 0, k, top, bottom, rows);
        } else {
            left.take(a, top, bottom, 0, k, k);
        }
        if (transposeB) {
            right.take(b, first, last, 0, k, k);
        } else {
            right.take(b, 0, k, first, last, columns);
        }
        if (beta == 0) {
            result.reserve(c, top, bottom, first, last, columns);
        } else {
            result.take(c, top, bottom, first, last, columns);
        }
        int transA = transposeA ? CblasTrans : CblasNoTrans;
        int transB = transposeB ? CblasTrans : CblasNoTrans;
        if (c.isFloat()) {
            cblas_sgemm(
                    CblasRowMajor,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    (float) alpha,
                    left.matrix.floatsAt(left.element),
                    left.stride,
                    right.matrix.floatsAt(right.element),
                    right.stride,
                    (float) beta,
                    result.matrix.floatsAt(result.element),
                    result.stride);
        } else {
            cblas_dgemm(
                    CblasRowMajor,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    alpha,
                    left.matrix.doublesAt(left.element),
                    left.stride,
                    right.matrix.doublesAt(right.element),
                    right.stride,
                    beta,
                    result.matrix.doublesAt(result.element),
                    result.stride);
        }
        result.giveBack(c, top, bottom, first, last, columns);
    }

    /** A block of a matrix off the heap: where it is, or a copy in memory that grows on demand and is kept. */
    private static final class Staging {
        OffHeapMatrix matrix;
        long element;

        /** How far apart rows are. */
        int stride;

        private OffHeapMatrix own;
        private long capacity = -1;

        /** A block with its contents, of a matrix whose rows have so many columns. */
        void take(Matrix source, int top, int bottom, int first, int last, int columns) {
            reserve(source, top, bottom, first, last, columns);
            if (source instanceof HeapMatrix heap) {
                for (int row = top; row < bottom; row++) {
                    heap.copy(row, first, last, columns, own, (long) (row - top) * (last - first), false);
                }
            }
        }

        /** Memory for a block whose contents do not matter. */
        void reserve(Matrix source, int top, int bottom, int first, int last, int columns) {
            if (source instanceof OffHeapMatrix block) {
                matrix = block;
                element = (long) top * columns + first;
                stride = columns;
                return;
            }
            long length = (long) (bottom - top) * (last - first);
            if (capacity < length || own.isFloat() != source.isFloat()) {
                capacity = length;
                own = new OffHeapMatrix(source.isFloat(), bottom - top, last - first);
            }
            matrix = own;
            element = 0;
            stride = last - first;
        }

        /** Copies the block to where it belongs, if that is on the heap. */
        void giveBack(Matrix target, int top, int bottom, int first, int last, int columns) {
            if (target instanceof HeapMatrix heap) {
                for (int row = top; row < bottom; row++) {
                    heap.copy(row, first, last, columns, own, (long) (row - top) * (last - first), true);
                }
            }
        }
    }
}
