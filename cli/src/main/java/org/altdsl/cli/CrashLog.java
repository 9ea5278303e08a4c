package org.altdsl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the user sees when altdsl itself is at fault: a sentence, and a file to send. */
final class CrashLog {
    private CrashLog() {}

    static int report(Console console, Throwable fault) {
        StringWriter trace = new StringWriter();
        try (PrintWriter writer = new PrintWriter(trace)) {
            writer.println("altdsl " + Version.text() + ", Java " + Runtime.version() + ", "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
            fault.printStackTrace(writer);
        }
        console.err().println("altdsl: this is a fault of altdsl, not of your program.");
        if ("1".equals(console.environment().get("ALTDSL_DEBUG"))) {
            console.err().println(trace);
            return ExitCode.INTERNAL;
        }
        try {
            Path log = Files.createTempFile("altdsl-fault-", ".log");
            Files.writeString(log, trace.toString());
            console.err().println("Please report it, with the file you ran and " + log);
        } catch (IOException unwritable) {
            console.err().println("Please report it, with the file you ran; ALTDSL_DEBUG=1 shows the details.");
        }
        return ExitCode.INTERNAL;
    }
}
