package org.altdsl.runtime.report;

import java.util.Arrays;

/**
 * How weights become the cells of an image: a matrix of sources and targets, or for each target a picture that its
 * sources make, as the receptive fields of neurons that see images.
 *
 * @param perRow how many pictures lie side by side; 0 for a matrix
 * @param tileWidth the columns of a picture
 * @param tileHeight the rows of a picture
 * @param columns the sources of a matrix
 * @param rows the targets of a matrix, or the pictures
 * @param width the columns of the image
 * @param height the rows of the image
 */
record Mosaic(int perRow, int tileWidth, int tileHeight, int columns, int rows, int width, int height) {
    /** Colours that rise evenly in lightness (after viridis, van der Walt and Smith 2015). */
    private static final int[] COLOURS = {
        0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
    };

    static Mosaic matrix(int columns, int rows, int most) {
        return new Mosaic(0, 0, 0, columns, rows, Math.min(columns, most), Math.min(rows, most));
    }

    /**
     * @param shape rows and columns of a picture, as {@code 28x28}
     */
    static Mosaic tiles(String shape, int sources, int targets, int most) {
        String[] sides = shape.split("x");
        int tileHeight = Integer.parseInt(sides[0]);
        int tileWidth = Integer.parseInt(sides[1]);
        int shown = Math.min(targets, most);
        int perRow = (int) Math.ceil(Math.sqrt(shown));
        int lines = (shown + perRow - 1) / perRow;
        return new Mosaic(
                perRow,
                tileWidth,
                tileHeight,
                sources,
                shown,
                perRow * (tileWidth + 1) - 1,
                lines * (tileHeight + 1) - 1);
    }

    /** The image of some weights, as an address; where there is no synapse it is transparent. */
    String draw(int[] sources, int[] targets, double[] weights, double low, double high) {
        double[] sums = new double[width * height];
        int[] counts = new int[width * height];
        for (int s = 0; s < weights.length; s++) {
            int cell = cell(sources[s], targets[s]);
            if (cell >= 0) {
                sums[cell] += weights[s];
                counts[cell]++;
            }
        }
        int[] pixels = new int[sums.length];
        Arrays.setAll(pixels, i -> counts[i] == 0 ? 0 : colour((sums[i] / counts[i] - low) / (high - low)));
        return Png.address(width, height, pixels);
    }

    private int cell(int source, int target) {
        if (perRow == 0) {
            int column = (int) ((long) source * width / columns);
            int row = (int) ((long) target * height / rows);
            return row * width + column;
        }
        if (target >= rows || source >= tileWidth * tileHeight) {
            return -1;
        }
        int row = target / perRow * (tileHeight + 1) + source / tileWidth;
        int column = target % perRow * (tileWidth + 1) + source % tileWidth;
        return row * width + column;
    }

    private static int colour(double share) {
        double at = Math.max(0, Math.min(1, share)) * (COLOURS.length - 1);
        int below = (int) Math.min(COLOURS.length - 2, at);
        double part = at - below;
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double a = COLOURS[below] >> shift & 255;
            double b = COLOURS[below + 1] >> shift & 255;
            mixed |= (int) Math.round(a + part * (b - a)) << shift;
        }
        return 0xff000000 | mixed;
    }
}
