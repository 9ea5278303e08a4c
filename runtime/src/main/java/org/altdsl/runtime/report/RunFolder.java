package org.altdsl.runtime.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.altdsl.runtime.plan.Plot;

/**
 * The folder a run leaves behind. Every file but the log is written under a temporary name and moved into place, so a
 * reader sees the old file or the new one and never half of either; a run that dies leaves a folder that can be read.
 *
 * <pre>
 * RunFolder folder = RunFolder.numbered(Path.of("runs"), "Who learns digits?");   // runs/who-learns-digits-1
 * folder.sources(Map.of("digits.exp", text));
 * folder.update(resultSoFar);                                                     // any number of times
 * folder.finish(result);
 * </pre>
 *
 * <p>Failures of the file system are {@link OutputException}s.
 */
public final class RunFolder {

    private static final String SUMMARY = "summary.json";
    private static final String RESULTS = "results.csv";
    private static final String ENVIRONMENT = "environment.json";
    private static final String REPORT = "report.html";

    private final Path directory;

    private RunFolder(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens a folder by its name, and makes it where it is not there yet. Files of an earlier run in it are replaced
     * one by one as this run writes its own.
     *
     * @param directory the folder
     * @return the open folder
     */
    public static RunFolder at(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw OutputException.writing(directory, failure);
        }
        return new RunFolder(directory);
    }

    /**
     * Makes a new folder {@code <parent>/<experiment>-<n>} with the first number after those in use.
     *
     * @param parent the folder of runs; made where it is not there yet
     * @param experiment the experiment's name, of which letters and digits are kept
     * @return the open folder
     */
    public static RunFolder numbered(Path parent, String experiment) {
        String slug = slug(experiment);
        try {
            Files.createDirectories(parent);
            for (int number = lastNumber(parent, slug) + 1; ; number++) {
                Path directory = parent.resolve(slug + "-" + number);
                try {
                    // Fails where another process took the number in between; then the next one is tried.
                    Files.createDirectory(directory);
                    return new RunFolder(directory);
                } catch (FileAlreadyExistsException taken) {
                    continue;
                }
            }
        } catch (IOException failure) {
            throw OutputException.writing(parent, failure);
        }
    }

    private static int lastNumber(Path parent, String slug) throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(slug) + "-([0-9]{1,8})");
        int last = 0;
        try (Stream<Path> children = Files.list(parent)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                Matcher match = name.matcher(child.getFileName().toString());
                if (match.matches()) {
                    last = Math.max(last, Integer.parseInt(match.group(1)));
                }
            }
        }
        return last;
    }

    /** Letters and digits of any script, small, with one hyphen for everything between; at most 60 characters. */
    private static String slug(String experiment) {
        String slug = experiment.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
        slug = slug.substring(0, Math.min(slug.length(), 60)).replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "experiment" : slug;
    }

    /**
     * Where the folder is.
     *
     * @return its path, as it was asked for
     */
    public Path directory() {
        return directory;
    }

    /**
     * Whether a run has already written its results here.
     *
     * @return true where there is a summary
     */
    public boolean holdsRun() {
        return Files.exists(directory.resolve(SUMMARY));
    }

    /**
     * Keeps the experiment and the rules as they were, under {@code sources/}.
     *
     * @param textByFileName the sources by file name; names may hold folders but must stay inside
     */
    public void sources(Map<String, String> textByFileName) {
        Path sources = directory.resolve("sources");
        textByFileName.forEach((name, text) -> {
            Path file = sources.resolve(name).normalize();
            if (!file.startsWith(sources) || file.equals(sources)) {
                throw new OutputException("cannot keep the source '" + name + "': its name leads out of " + sources);
            }
            write(file, text.getBytes(UTF_8));
        });
    }

    /**
     * The folder of what one rule with one seed records.
     *
     * @param run a result that has the rules
     * @param rule the place of the rule among them
     */
    public Path records(RunResult run, int rule, int seed) {
        List<String> names = new ArrayList<>();
        for (String label : run.labels()) {
            String plain = label.replaceAll("[^\\p{L}\\p{N}_.=]+", "-").replaceAll("^[-.]+|-+$", "");
            String name = plain.isEmpty() ? "rule" : plain;
            names.add(names.contains(name) ? name + "-" + (names.size() + 1) : name);
        }
        return directory.resolve("records").resolve(names.get(rule) + "-seed" + seed);
    }

    /**
     * Opens {@code batches.csv}, for what is measured in every batch.
     *
     * @param metrics its columns, over all rules
     * @param kept the jobs of an earlier run whose rows stay
     * @return the open file
     */
    public BatchesCsv batches(List<String> metrics, Set<BatchesCsv.JobKey> kept) {
        return BatchesCsv.open(directory, metrics, kept);
    }

    /**
     * Appends one event to {@code log.jsonl}, with the time of now in front.
     *
     * @param event plain data: texts, numbers, truth values, lists and maps of them
     */
    public synchronized void log(Map<String, ?> event) {
        Map<String, Object> timed = new LinkedHashMap<>();
        timed.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        timed.putAll(event);
        Path log = directory.resolve("log.jsonl");
        try {
            Files.writeString(log, SummaryJson.line(timed), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw OutputException.writing(log, failure);
        }
    }

    /**
     * Writes what there is while the run goes on; the summary says {@code stopped} until {@link #finish}.
     *
     * @param soFar the result so far
     */
    public synchronized void update(RunResult soFar) {
        writeNumbers(soFar.withStatus(RunResult.Status.STOPPED));
    }

    /**
     * Writes the final numbers, the plots and the report.
     *
     * @param result the result, with the status the run ended with
     */
    public synchronized void finish(RunResult result) {
        writeNumbers(result);
        writeReport(result);
    }

    /**
     * Writes the plots and the report only, as when a finished run's report is rebuilt.
     *
     * @param result the result, as from {@link #read}
     */
    public synchronized void writeReport(RunResult result) {
        Path plots = directory.resolve("plots");
        for (Curves curves : Curves.ofRun(result)) {
            write(
                    plots.resolve(curves.fileName() + ".svg"),
                    SvgChart.standalone(curves).getBytes(UTF_8));
            if (curves.primary()) {
                BitmapChart.png(curves).ifPresent(png -> write(plots.resolve(curves.fileName() + ".png"), png));
            }
        }
        List<HtmlReport.Figure> figures = figures(result);
        for (HtmlReport.Figure figure : figures) {
            write(
                    plots.resolve(figure.fileName() + ".svg"),
                    figure.panel().standalone().getBytes(UTF_8));
        }
        write(directory.resolve(REPORT), HtmlReport.of(result, figures).getBytes(UTF_8));
    }

    /** The pictures of what was recorded, of the first seed of each rule that has records. */
    private List<HtmlReport.Figure> figures(RunResult result) {
        List<HtmlReport.Figure> figures = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<String> labels = result.labels();
        for (Plot plot : result.plots()) {
            for (int rule = 0; rule < labels.size(); rule++) {
                int place = rule;
                Optional<Integer> seed = result.rules().get(rule).seeds().stream()
                        .map(SeedResult::seed)
                        .filter(one -> Files.isDirectory(records(result, place, one)))
                        .findFirst();
                if (seed.isEmpty()) {
                    continue;
                }
                for (Panel panel : new Panels(records(result, rule, seed.get()), result.course()).of(plot)) {
                    String of = labels.size() > 1 ? labels.get(rule) + ", seed " + seed.get() : "seed " + seed.get();
                    String wanted = plot.kind().name().toLowerCase(Locale.ROOT) + "-" + plot.title()
                            + (labels.size() > 1 ? "-" + labels.get(rule) : "");
                    figures.add(new HtmlReport.Figure(Curves.fileName(wanted, names), of, panel));
                }
            }
        }
        return figures;
    }

    /**
     * Reads a run back, finished or not.
     *
     * @param directory a folder a run left behind
     * @return everything {@link #update} or {@link #finish} was given
     */
    public static RunResult read(Path directory) {
        Path reading = directory.resolve(SUMMARY);
        try {
            String summary = Files.readString(reading);
            reading = directory.resolve(ENVIRONMENT);
            String environment = Files.readString(reading);
            reading = directory.resolve(SUMMARY);
            SummaryJson.Stored stored = SummaryJson.read(summary, environment);
            reading = directory.resolve(RESULTS);
            return ResultsCsv.read(stored, Files.readString(reading));
        } catch (JsonProcessingException failure) {
            throw new OutputException("cannot read " + reading + ": it is not whole JSON");
        } catch (IOException failure) {
            throw OutputException.reading(reading, failure);
        } catch (IllegalArgumentException failure) {
            throw new OutputException("cannot read " + reading + ": it is not what a run writes");
        }
    }

    private void writeNumbers(RunResult result) {
        // The rows go first: a summary never counts rows that are not there yet.
        write(directory.resolve(RESULTS), ResultsCsv.write(result).getBytes(UTF_8));
        write(
                directory.resolve(ENVIRONMENT),
                SummaryJson.environment(result.environment()).getBytes(UTF_8));
        write(directory.resolve(SUMMARY), SummaryJson.summary(result).getBytes(UTF_8));
    }

    private static void write(Path file, byte[] content) {
        Path temporary = null;
        try {
            Files.createDirectories(file.getParent());
            temporary = file.resolveSibling(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            Files.write(temporary, content);
            move(temporary, file);
        } catch (IOException failure) {
            if (temporary != null) {
                discard(temporary);
            }
            throw OutputException.writing(file, failure);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            // Some network file systems cannot; replacing is the best that is left there.
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException alsoFailed) {
            // The first failure is the one to report; a left-over temporary file starts with a dot and harms nobody.
            return;
        }
    }
}
