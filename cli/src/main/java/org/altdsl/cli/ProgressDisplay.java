package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import org.altdsl.runtime.engine.Progress;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.report.Row;

/** Progress on standard error: one line drawn again and again on a terminal, a line an epoch elsewhere. */
final class ProgressDisplay implements Progress {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long PRINT_NANOS = 1_000_000_000L;
    private static final int BAR = 24;

    private final Console console;
    private final long started = System.nanoTime();
    private final Course course;
    private long drawn;
    private long printed = System.nanoTime() - PRINT_NANOS;
    private String last = "";
    private boolean open;

    ProgressDisplay(Console console, Course course) {
        this.course = requireNonNull(course);
        this.console = requireNonNull(console);
    }

    @Override
    public void epoch(String rule, int seed, Row row, long done, long all) {
        boolean inTime = row.values().containsKey(Row.TIME);
        last = rule + ", seed " + seed + ", " + course.at(row.place()) + (inTime ? first(row) : result(row));
        // What is measured in time may come faster than a person can read, or wants to.
        boolean isSoon = inTime && done < all && System.nanoTime() - printed < PRINT_NANOS;
        if (console.terminal()) {
            draw(done, all);
        } else if (row.epoch() > 0 && !isSoon) {
            printed = System.nanoTime();
            line(String.format(Locale.ROOT, "[%3d %%] %s%s", percent(done, all), last, left(done, all)));
        }
    }

    @Override
    public void job(String rule, int seed, String outcome) {
        if (!outcome.equals("complete")) {
            line(rule + ", seed " + seed + ": " + outcome);
        }
    }

    @Override
    public void batch(RulePlan rule, int seed, int epoch, int batch, Map<String, Double> values) {
        // A batch is too short for a person to read its numbers: they are in the run's folder.
    }

    @Override
    public void batches(long done, long all) {
        if (console.terminal() && System.nanoTime() - drawn > REDRAW_NANOS) {
            draw(done, all);
        }
    }

    /** Ends the drawn line, so that what follows starts on its own. */
    void close() {
        if (open) {
            console.err().print("\r" + " ".repeat(Math.max(0, console.width() - 1)) + "\r");
            console.err().flush();
            open = false;
        }
    }

    private void line(String text) {
        close();
        console.err().println(text);
    }

    private void draw(long done, long all) {
        drawn = System.nanoTime();
        int full = (int) (BAR * done / Math.max(1, all));
        String text = String.format(
                Locale.ROOT,
                "%s%s %3d %%%s  %s",
                "█".repeat(full),
                "░".repeat(BAR - full),
                percent(done, all),
                left(done, all),
                last);
        int width = Math.max(20, console.width() - 1);
        String fitted = text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
        console.err().print("\r" + fitted);
        console.err().flush();
        open = true;
    }

    private static long percent(long done, long all) {
        return 100 * done / Math.max(1, all);
    }

    /** The time left if the rest goes as fast as what is done; nothing in the first second. */
    private String left(long done, long all) {
        double elapsed = (System.nanoTime() - started) / 1e9;
        if (done == 0 || done >= all || elapsed < 1) {
            return "";
        }
        return ", " + duration(elapsed * (all - done) / done) + " left";
    }

    /** A time for people, such as {@code 1 min 20 s}. */
    static String duration(double seconds) {
        long whole = Math.max(1, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** What was measured first. */
    private static String first(Row row) {
        return row.values().entrySet().stream()
                .filter(value -> Row.isMeasure(value.getKey()))
                .findFirst()
                .map(value -> String.format(Locale.ROOT, ": %s %.4g", value.getKey(), value.getValue()))
                .orElse("");
    }

    private static String result(Row row) {
        for (String name : new String[] {"test_accuracy", "train_accuracy"}) {
            if (row.value(name).isPresent()) {
                return String.format(
                        Locale.ROOT,
                        ": %s %.1f %%",
                        name.replace('_', ' '),
                        100 * row.value(name).getAsDouble());
            }
        }
        for (String name : new String[] {"test_loss", "train_loss"}) {
            if (row.value(name).isPresent()) {
                return String.format(
                        Locale.ROOT,
                        ": %s %.4g",
                        name.replace('_', ' '),
                        row.value(name).getAsDouble());
            }
        }
        return "";
    }
}
