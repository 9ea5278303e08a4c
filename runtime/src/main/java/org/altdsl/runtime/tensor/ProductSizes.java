package org.altdsl.runtime.tensor;

/** The sizes at which matrix products change method, with the measurements behind them. */
final class ProductSizes {

    /** Rows shorter than this are not worth a vectorised loop; the product is then computed transposed. */
    static final int NARROW = 16;

    /** Below this many rows of the left operand, transposing the right one costs more than it saves. */
    static final int FEW_ROWS = 4;

    /** Columns in one block: six rows of them, 24 KiB in double precision, fit a first-level cache of 32 KiB. */
    static final int COLUMN_BLOCK = 512;

    /** Rows of the right operand in one block, a multiple of 4; a block takes 128 KiB of the second-level cache. */
    static final int STEP_BLOCK = 64;

    /**
     * Multiplications m k n from which ND4J is used.
     *
     * <p>Measured on one core of an Intel Xeon with AVX-512, JDK 17, single precision, the product nn with beta = 0, in
     * GFLOP/s; ND4J 1.0.0-M2.1 on one thread, with the copies of operands and result.
     * <pre>
     *   m     k     n     m k n    Java   ND4J
     *   1    64    64      4096      23      1
     *   1   784   256    200704      37      3
     *  32    64    10     20480       8      4
     * 128   128    10    163840      20     12
     *  32    64    64    131072      23     21
     *  64   128   128   1048576      37     53
     *  32   784   128   3211264      38     49
     *  64   256   256   4194304      45     76
     * 128   784   256  25690112      46     93
     * 256  1024  1024      2^28      48    117
     * </pre>
     * In double precision the gain is smaller. Below the switch-over point it would not repay the seconds that ND4J
     * takes to load.
     */
    static final long ND4J_OPERATIONS = 1L << 20;

    /** The smallest of m, k and n from which ND4J is used: the copies of a lean matrix cost as much as its product. */
    static final int ND4J_SHORTEST_SIDE = 16;

    private ProductSizes() {}
}
