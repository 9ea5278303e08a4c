package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.Code;
import org.altdsl.ir.Update;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.Schedule;
import org.altdsl.source.Span;

/** The windows of an experiment in time: one for each interval at which something is looked at. */
final class Schedules {
    private final Expressions expressions;
    private final Map<Optional<Long>, Section> sections = new LinkedHashMap<>();
    private final Map<Section, List<Metric>> metrics = new LinkedHashMap<>();
    private Moments end = Moments.once(0);
    private int windows;

    Schedules(Expressions expressions) {
        this.expressions = requireNonNull(expressions);
    }

    /** Says when the run has ended, before anything is looked at. */
    void endsAt(Moments when) {
        end = requireNonNull(when);
    }

    /**
     * The section in which something is evaluated so often.
     *
     * @param every an interval in steps; absent for the end of the run
     */
    Section of(Optional<Long> every, Span at) {
        Section known = sections.get(every);
        if (known == null) {
            known = fresh(every.map(steps -> Moments.every(steps, end)).orElse(end), at);
            sections.put(every, known);
            metrics.put(known, new ArrayList<>());
        }
        return known;
    }

    /** A section that no interval has, and that is evaluated at these moments. */
    Section fresh(Moments moments, Span at) {
        List<org.altdsl.runtime.plan.Scope> all = org.altdsl.runtime.plan.Scope.WINDOWS;
        if (windows == all.size()) {
            throw expressions.error(
                    Code.NOT_YET, at, "this version looks at a network at no more than " + all.size() + " intervals");
        }
        Section made = Section.endOf(all.get(windows++));
        expressions.watch().orElseThrow().moments(made, moments);
        return made;
    }

    /** What is measured in a section. */
    List<Metric> metrics(Section section) {
        return metrics.get(section);
    }

    /** Everything that is measured, interval by interval. */
    List<Schedule> all() {
        List<Schedule> all = new ArrayList<>();
        sections.forEach((every, section) -> all.add(new Schedule(section.window(), every, metrics.get(section))));
        return all;
    }

    /** The block at the end of each window. */
    Map<org.altdsl.runtime.plan.Scope, List<Update>> blocks() {
        Map<org.altdsl.runtime.plan.Scope, List<Update>> blocks = new LinkedHashMap<>();
        for (org.altdsl.runtime.plan.Scope window : org.altdsl.runtime.plan.Scope.WINDOWS.subList(0, windows)) {
            blocks.put(window, expressions.emission().updates(Section.endOf(window)));
        }
        return blocks;
    }
}
