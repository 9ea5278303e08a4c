package org.altdsl.derive.ode;

import java.util.Locale;
import java.util.Optional;

/** How a differential equation becomes an update. */
public enum Method {
    /**
     * The solution itself, for systems that are linear with coefficients constant in time and inputs that are constant
     * during a step: {@code x(t + dt) = exp(A dt) x(t) + (integral of exp(A s) over 0..dt) b} (Rotter and Diesmann
     * 1999, Biological Cybernetics 81:381).
     */
    EXACT("exact"),
    /**
     * The exact solution of the equation linearised in its own state, the other states being held at their values at
     * the start of the step: {@code x + dt phi(dt f'(x)) f(x)} with {@code phi(z) = (exp(z) - 1) / z}. Where the
     * equation is linear in its own state, {@code x' = a x + b}, this is {@code (x + b/a) exp(a dt) - b/a} (MacGregor
     * 1987, Neural and Brain Modeling), without a division by 0; else it is the exponential Rosenbrock-Euler method
     * for the equation alone (Pope 1963, Communications of the ACM 6:491). First order for a system.
     */
    EXPONENTIAL_EULER("exponential_euler"),
    /** {@code x + dt f(x)}; with noise Euler-Maruyama in the sense of Itô. First order. */
    EULER("euler"),
    /** The midpoint method: {@code x + dt f(x + dt/2 f(x))} over the whole system. Second order. */
    RK2("rk2"),
    /** The classical method of Runge and Kutta (Kutta 1901) over the whole system. Fourth order. */
    RK4("rk4");

    private final String word;

    Method(String word) {
        this.word = word;
    }

    /** What the language calls it. */
    public String word() {
        return word;
    }

    /** The method of a name in the language. */
    public static Optional<Method> named(String word) {
        for (Method method : values()) {
            if (method.word.equals(word.toLowerCase(Locale.ROOT))) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
