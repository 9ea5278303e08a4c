package org.altdsl.runtime.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A run's folder could not be written or read; the message is for the researcher and names the path and why. */
public final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure described in words.
     *
     * @param message one sentence, without a Java class in it
     */
    public OutputException(String message) {
        super(message);
    }

    private OutputException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A file that could not be written, and why. */
    public static OutputException writing(Path path, IOException cause) {
        return new OutputException("cannot write " + path + ": " + reason(cause), cause);
    }

    /** A file that could not be read, and why. */
    public static OutputException reading(Path path, IOException cause) {
        return new OutputException("cannot read " + path + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "no such file";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file is in the way";
        }
        String message = cause.getMessage();
        return message == null
                ? "input/output error"
                : message.lines().findFirst().orElse("input/output error");
    }
}
