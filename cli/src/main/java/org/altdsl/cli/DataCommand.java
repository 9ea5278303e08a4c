package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.altdsl.runtime.data.DataCatalogue;
import org.altdsl.runtime.data.DataDownload;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code altdsl data}: what data sets there are, where they are, how to get them. */
@Command(
        name = "data",
        synopsisSubcommandLabel = "COMMAND",
        description = "Data sets: where they are looked for, how to get them.")
final class DataCommand implements Runnable {
    private final Console console;

    @Spec
    private CommandSpec spec;

    DataCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "data does what? list, info NAME or get NAME");
    }

    private DataLocator locator() {
        return new DataLocator(List.of(), console.environment());
    }

    @Command(name = "list", description = "The known data sets, and where they were found.")
    int list() {
        DataLocator locator = locator();
        for (DataCatalogue.Entry entry : locator.catalogue().entries()) {
            console.out().println(String.format(Locale.ROOT, "%-14s %s", entry.name(), place(locator, entry)));
            console.out().println("               " + entry.description());
        }
        console.out().println();
        console.out()
                .println("Looked in, in this order (set " + DataLocator.VARIABLE + " or use --data to add folders):");
        locator.searchPath().forEach(folder -> console.out().println("  " + folder));
        return ExitCode.DONE;
    }

    private static String place(DataLocator locator, DataCatalogue.Entry entry) {
        if (entry.shipped()) {
            return "found: part of altdsl";
        }
        try {
            return "found: " + locator.find(entry.name());
        } catch (DataException absent) {
            return "not found; altdsl data get " + entry.name() + megabytes(entry.bytes());
        }
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "" : String.format(Locale.ROOT, " (%.0f MB)", bytes / 1e6);
    }

    @Command(name = "info", description = "What a data set or data file holds.")
    int info(@Parameters(paramLabel = "NAME", description = "A data set, or a data file.") String name) {
        DataSource source = new DataSource(locator(), Path.of("").toAbsolutePath());
        console.out().print(source.describe(name).text());
        return ExitCode.DONE;
    }

    @Command(name = "get", description = "Download a data set and check that it is whole.")
    int get(
            @Parameters(paramLabel = "NAME", description = "A data set that 'altdsl data list' shows.") String name,
            @Option(names = "--to", paramLabel = "DIR", description = "Folder for data sets (default: your own).")
                    String to) {
        DataLocator locator = locator();
        DataCatalogue.Entry entry = locator.catalogue()
                .find(name)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "no data set '" + name + "' is known. Known: "
                                + String.join(
                                        ", ",
                                        locator.catalogue().entries().stream()
                                                .map(DataCatalogue.Entry::name)
                                                .toList())));
        if (entry.shipped()) {
            console.out().println(entry.name() + " is part of altdsl; there is nothing to download");
            return ExitCode.DONE;
        }
        Path folder = to == null ? locator.userFolder() : SourceFolder.path(to);
        Path place = new DataDownload().get(entry, folder, this::arrived);
        if (console.terminal()) {
            console.err().println();
        }
        console.out().println(entry.name() + " is in " + place);
        return ExitCode.DONE;
    }

    private void arrived(String file, long bytes, long all) {
        if (console.terminal()) {
            String share = all > 0 ? " of " + String.format(Locale.ROOT, "%.1f MB", all / 1e6) : "";
            console.err()
                    .print("\r" + file + ": " + String.format(Locale.ROOT, "%.1f MB", bytes / 1e6) + share + "   ");
            console.err().flush();
        } else if (bytes == all) {
            console.err().println(file + ": done");
        }
    }
}
