package org.altdsl.janino;

import java.io.IOException;
import java.io.StringReader;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.SimpleCompiler;

/** Compiles generated source and instantiates its class. */
public final class KernelLoader {
    private KernelLoader() {}

    /**
     * An instance of the class that a source declares.
     *
     * @param kind what the class implements
     * @param fileName what stack traces call the source
     * @throws InternalCompilerError if it does not compile
     */
    public static <T> T load(Class<T> kind, String fileName, String className, String source) {
        SimpleCompiler compiler = new SimpleCompiler();
        compiler.setParentClassLoader(kind.getClassLoader());
        compiler.setDebuggingInformation(true, true, false);
        try {
            compiler.cook(fileName, new StringReader(source));
            Class<?> loaded = compiler.getClassLoader().loadClass(className);
            return kind.cast(loaded.getDeclaredConstructor().newInstance());
        } catch (CompileException | IOException | ReflectiveOperationException | LinkageError e) {
            throw new InternalCompilerError(fileName, source, e);
        }
    }
}
