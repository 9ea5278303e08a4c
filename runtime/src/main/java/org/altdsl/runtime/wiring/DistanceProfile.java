package org.altdsl.runtime.wiring;

/** How the probability of a synapse falls with the distance of its neurons, from 1 at no distance on. */
public enum DistanceProfile {
    /** exp(-d² / 2). */
    GAUSSIAN {
        @Override
        public double at(double distance) {
            return StrictMath.exp(-0.5 * distance * distance);
        }
    },
    /** exp(-d). */
    EXPONENTIAL {
        @Override
        public double at(double distance) {
            return StrictMath.exp(-distance);
        }
    },
    /** 1 - d, and 0 from a distance of 1 on. */
    LINEAR {
        @Override
        public double at(double distance) {
            return Math.max(0, 1 - distance);
        }
    },
    /** 1 up to a distance of 1, included, and 0 beyond. */
    BOX {
        @Override
        public double at(double distance) {
            return distance <= 1 ? 1 : 0;
        }
    };

    /**
     * The factor at a distance; it never rises with the distance.
     *
     * @param distance in units of the profile's length, 0 or more
     * @return 0 to 1
     */
    public abstract double at(double distance);
}
