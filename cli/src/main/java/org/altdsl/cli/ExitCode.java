package org.altdsl.cli;

/** How the program tells a script what happened; the numbers are a contract. */
final class ExitCode {
    /** Done. */
    static final int DONE = 0;
    /** Wrong usage of the command line. */
    static final int USAGE = 64;
    /** The program that was given has errors, or a test of it fails. */
    static final int PROGRAM = 65;
    /** A fault of altdsl itself. */
    static final int INTERNAL = 70;
    /** A file or folder cannot be written. */
    static final int CANNOT_WRITE = 73;
    /** A file or data set cannot be read. */
    static final int CANNOT_READ = 74;
    /** Stopped from outside; {@code --resume} continues. */
    static final int STOPPED = 75;
    /** Interrupted at the keyboard. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
