package org.altdsl.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and a polite kill, as a wish to stop: the first is noted, a second one ends the process at once.
 *
 * <p>The signal classes of the JDK have no public module, so they are called by name; a Java without them ends at the
 * first Ctrl-C, and the run's folder is then as old as its last update.
 */
final class Interruption {
    private final AtomicInteger exitCode = new AtomicInteger();
    private final Runnable told;

    private Interruption(Runnable told) {
        this.told = told;
    }

    /** Starts to listen; {@code told} is called at the first signal. */
    static Interruption listen(Runnable told) {
        Interruption interruption = new Interruption(told);
        interruption.handle("INT", ExitCode.INTERRUPTED);
        interruption.handle("TERM", ExitCode.STOPPED);
        return interruption;
    }

    boolean wanted() {
        return exitCode.get() != 0;
    }

    /** The exit code that says why the run was stopped, or 0. */
    int exitCode() {
        return exitCode.get();
    }

    private void handle(String name, int code) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    Interruption.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            arrived(code);
                        }
                        return method.getReturnType() == boolean.class
                                ? proxy == arguments[0]
                                : method.getReturnType() == int.class ? System.identityHashCode(proxy) : null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException unavailable) {
            return;
        }
    }

    private void arrived(int code) {
        if (!exitCode.compareAndSet(0, code)) {
            Runtime.getRuntime().halt(code);
        }
        told.run();
    }
}
