package org.altdsl.runtime.data;

import java.util.List;
import java.util.Optional;

/**
 * How the numbers of an image lie in a sample: channel by channel, row by row within a channel, column by column.
 *
 * @param channels one for grey images, three for red, green and blue
 */
public record ImageShape(int channels, int height, int width) {
    public ImageShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(channels + " x " + height + " x " + width);
        }
    }

    /**
     * The image that a field of this shape is: {@code [height, width]} has one channel, {@code [channels, height,
     * width]} says how many. A field of another shape is no image.
     */
    public static Optional<ImageShape> of(List<Integer> shape) {
        return switch (shape.size()) {
            case 2 -> Optional.of(new ImageShape(1, shape.get(0), shape.get(1)));
            case 3 -> Optional.of(new ImageShape(shape.get(0), shape.get(1), shape.get(2)));
            default -> Optional.empty();
        };
    }

    /** How many numbers an image has. */
    public int size() {
        return channels * height * width;
    }

    /** The shape as researchers write it, for example {@code 3 x 32 x 32}. */
    @Override
    public String toString() {
        return Table.shapeText(new int[] {channels, height, width});
    }
}
