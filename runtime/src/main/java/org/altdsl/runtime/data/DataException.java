package org.altdsl.runtime.data;

/**
 * A data file or data set that cannot be used: the file it concerns and why, in words meant for the researcher.
 *
 * <p>The message starts with the file, for example
 * {@code train.csv: line 3, column 2: 'abc' is not a number}.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String reason;

    /**
     * A fault of one file.
     *
     * @param file the path or name of the file or data set
     * @param reason what was expected and what was found
     */
    public DataException(String file, String reason) {
        this(file, reason, null);
    }

    /**
     * A fault of one file with the lower-level failure that revealed it.
     *
     * @param file the path or name of the file or data set
     * @param reason what was expected and what was found
     * @param cause the failure underneath, or null
     */
    public DataException(String file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
        this.file = file;
        this.reason = reason;
    }

    /** The path or name of the file or data set. */
    public String file() {
        return file;
    }

    /** What was expected and what was found, without the file. */
    public String reason() {
        return reason;
    }
}
