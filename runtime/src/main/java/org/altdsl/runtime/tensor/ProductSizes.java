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
     * Multiplications m k n from which BLAS is used.
     *
     * <p>Measured on one core of an AMD Zen 3 with AVX2, JDK 17, single precision, the product nt with beta = 0, in
     * microseconds: in Java, by OpenBLAS 0.3.21 with the copies of operands and result, and by the same with all of
     * them off the heap.
     * <pre>
     *   m     k     n       m k n    Java   BLAS   off the heap
     *  32    64    10       20480       6      6              1
     *  32    64    64      131072      19     15              5
     * 128   128    10      163840      29     29             11
     *  64   128   128     1048576      93     53             39
     * 128   256   128     4194304     375    197            127
     * 128   784   256    25690112    1830    816            704
     * 256  1024  1024        2^28   19600   7590           8310
     * </pre>
     * Whether a job uses BLAS at all is decided by all it has to multiply, since the library takes half a second to
     * load.
     */
    static final long BLAS_OPERATIONS = 1L << 17;

    /** The smallest of m, k and n from which BLAS is used: the copies of a lean matrix cost as much as its product. */
    static final int BLAS_SHORTEST_SIDE = 8;

    /**
     * Multiplications from which a product is cut in two. Preparing one operand twice costs one thread about 3 %, and
     * two threads gain 16 to 37 us of 100 on 128 by 256 by 128.
     */
    static final long TWO_SHARDS_OPERATIONS = 1L << 22;

    /** Multiplications for which each of more than two shards is worth its hand-over: 0.15 ms of work. */
    static final long SHARD_OPERATIONS = 10L << 20;

    private ProductSizes() {}
}
