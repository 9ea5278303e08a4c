package org.altdsl.janino;

import java.io.IOException;
import java.io.StringReader;
import org.altdsl.runtime.kernel.KernelUnit;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.SimpleCompiler;

/** Compiles generated source and instantiates its class. */
final class KernelLoader {
    private KernelLoader() {}

    /**
     * An instance of the class that a source declares.
     *
     * @param fileName what stack traces call the source
     * @throws InternalCompilerError if it does not compile
     */
    static KernelUnit load(String fileName, String className, String source) {
        SimpleCompiler compiler = new SimpleCompiler();
        compiler.setParentClassLoader(KernelUnit.class.getClassLoader());
        compiler.setDebuggingInformation(true, true, false);
        try {
            compiler.cook(fileName, new StringReader(source));
            Class<?> loaded = compiler.getClassLoader().loadClass(className);
            return (KernelUnit) loaded.getDeclaredConstructor().newInstance();
        } catch (CompileException | IOException | ReflectiveOperationException | LinkageError e) {
            throw new InternalCompilerError(fileName, source, e);
        }
    }
}
