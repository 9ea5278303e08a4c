package org.altdsl.runtime.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * {@code batches.csv}: one row per rule, seed, epoch and batch, written as the numbers come, so that a run of any
 * length needs no memory for them. The columns are {@code rule}, {@code parameters}, {@code seed}, {@code epoch},
 * {@code batch} (both from 1) and every metric that some rule measures in every batch. Rows of jobs that run side by
 * side are mixed; those of one job are in order.
 */
public final class BatchesCsv implements AutoCloseable {
    static final String NAME = "batches.csv";

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();
    private static final List<String> KEYS = List.of("rule", "parameters", "seed", "epoch", "batch");

    private final Path file;
    private final List<String> metrics;
    private final BufferedWriter writer;

    /** Which job of a run a row belongs to. */
    public record JobKey(String rule, Map<String, Object> parameters, int seed) {}

    private BatchesCsv(Path file, List<String> metrics, BufferedWriter writer) {
        this.file = file;
        this.metrics = metrics;
        this.writer = writer;
    }

    /** Opens the file of a folder; of an earlier run's rows those of jobs in {@code kept} stay. */
    static BatchesCsv open(Path folder, List<String> metrics, Set<JobKey> kept) {
        Path file = folder.resolve(NAME);
        Path temporary =
                file.resolveSibling("." + NAME + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (BufferedWriter writer = Files.newBufferedWriter(temporary, UTF_8)) {
                List<Object> header = new ArrayList<>(KEYS);
                header.addAll(metrics);
                FORMAT.printRecord(writer, header.toArray());
                if (Files.exists(file)) {
                    keep(file, metrics, kept, writer);
                }
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            return new BatchesCsv(
                    file, List.copyOf(metrics), Files.newBufferedWriter(file, UTF_8, StandardOpenOption.APPEND));
        } catch (IOException failure) {
            throw OutputException.writing(file, failure);
        }
    }

    private static void keep(Path file, List<String> metrics, Set<JobKey> kept, BufferedWriter writer)
            throws IOException {
        Set<List<String>> jobs = kept.stream()
                .map(job -> List.of(job.rule(), ResultsCsv.parameters(job.parameters()), "" + job.seed()))
                .collect(java.util.stream.Collectors.toSet());
        CSVFormat withHeader =
                FORMAT.builder().setHeader().setSkipHeaderRecord(true).get();
        try (BufferedReader reader = Files.newBufferedReader(file, UTF_8);
                CSVParser parser = CSVParser.parse(reader, withHeader)) {
            for (CSVRecord row : parser) {
                boolean whole = row.isConsistent() && parser.getHeaderNames().containsAll(KEYS);
                if (whole && jobs.contains(List.of(row.get("rule"), row.get("parameters"), row.get("seed")))) {
                    List<Object> cells = new ArrayList<>();
                    KEYS.forEach(key -> cells.add(row.get(key)));
                    metrics.forEach(metric -> cells.add(row.isMapped(metric) ? row.get(metric) : null));
                    FORMAT.printRecord(writer, cells.toArray());
                }
            }
        }
    }

    /** Writes the numbers of one batch; a metric that the rule does not measure is an empty cell. */
    public synchronized void add(JobKey job, int epoch, int batch, Map<String, Double> values) {
        requireNonNull(values);
        List<Object> cells = new ArrayList<>();
        cells.addAll(List.of(job.rule(), ResultsCsv.parameters(job.parameters()), job.seed(), epoch, batch));
        metrics.forEach(metric -> cells.add(values.get(metric)));
        try {
            FORMAT.printRecord(writer, cells.toArray());
        } catch (IOException failure) {
            throw OutputException.writing(file, failure);
        }
    }

    /** Makes what was added visible to readers of the file. */
    public synchronized void flush() {
        try {
            writer.flush();
        } catch (IOException failure) {
            throw OutputException.writing(file, failure);
        }
    }

    @Override
    public synchronized void close() {
        try {
            writer.close();
        } catch (IOException failure) {
            throw OutputException.writing(file, failure);
        }
    }
}
