package org.altdsl.lower;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Space;
import org.altdsl.source.Span;

/** What names and axes mean at some place of a program. */
interface Scope {
    /** The value of a bare name, or nothing if the scope does not know it. */
    Optional<Value> find(String name, Section section, Span at);

    /** The names it knows, for suggestions. */
    List<String> names();

    /** The axes behind a word after {@code over}; empty if it means nothing here. */
    Optional<Space> axis(String name);

    /** For words such as {@code layers} and {@code model}: one scope for each member; empty for ordinary axes. */
    default Optional<List<Scope>> each(String axis) {
        return Optional.empty();
    }

    /**
     * A value over all of {@link #each}, made once for all members where a scope says so; {@code position} is where in
     * the source it is written. Empty: made anew.
     */
    default Optional<Expr> overMembers(int position, Supplier<Expr> make) {
        return Optional.empty();
    }

    /** The pass behind a phase of a rule that can be named here. */
    default Optional<String> pass(String phase) {
        return Optional.empty();
    }

    /** The proposal {@code a.dw} of a projection, where proposals can be looked at. */
    default Optional<Value> proposalOf(Value.Members members, String name, Section section) {
        return Optional.empty();
    }

    /**
     * The value of a function that reads a file, where files may be read.
     *
     * @param space the points that what is written here has values at
     */
    default Optional<Value> external(String function, org.altdsl.ast.Expr.Call call, Space space, Section section) {
        return Optional.empty();
    }

    /** The value of a reduction over the training split, where there is one. */
    default Optional<Expr> statistic(String function, org.altdsl.ast.Expr.Call call, Section section) {
        return Optional.empty();
    }

    /** The shape that the text gives to what an input shows ({@code data.image}); empty where it gives none. */
    default List<Integer> shapeShown(org.altdsl.ast.Expr shown) {
        return List.of();
    }

    /** A quantity of the sources as what is written here sees it: beside a projection, at each synapse. */
    default Value atSynapses(Value ofSources) {
        return ofSources;
    }

    /** A quantity of the targets as what is written here sees it: beside a sparse projection, at each synapse. */
    default Value atTargets(Value ofTargets) {
        return ofTargets;
    }

    /** Which synapses exist, at a place beside a projection that does not have all. */
    default Optional<Mask> mask() {
        return Optional.empty();
    }

    /** The points at which a random number is drawn that is written here. */
    Space drawSpace();

    /** A word that makes the streams of draws written here different from those of other places. */
    String stream();

    /** A scope of some more names over another one. */
    static Local over(Scope parent) {
        return new Local(parent, new LinkedHashMap<>(), parent.drawSpace(), true);
    }

    /** The names of a block, in front of what encloses it. */
    record Local(Scope parent, Map<String, Value> own, Space drawSpace, boolean inherits) implements Scope {
        /** A scope that sees only its own names, but the axes of where it is called: that of a function's body. */
        static Local functionBody(Scope caller) {
            return new Local(caller, new LinkedHashMap<>(), caller.drawSpace(), false);
        }

        Local drawing(Space space) {
            return new Local(parent, own, space, inherits);
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            Value value = own.get(name);
            if (value != null) {
                return Optional.of(value);
            }
            return inherits ? parent.find(name, section, at) : Optional.empty();
        }

        @Override
        public List<String> names() {
            List<String> all = new ArrayList<>(own.keySet());
            if (inherits) {
                all.addAll(parent.names());
            }
            return all;
        }

        @Override
        public Optional<Space> axis(String name) {
            return parent.axis(name);
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            return parent.each(axis);
        }

        @Override
        public Optional<Expr> overMembers(int position, Supplier<Expr> make) {
            return parent.overMembers(position, make);
        }

        @Override
        public Optional<String> pass(String phase) {
            return parent.pass(phase);
        }

        @Override
        public Optional<Value> proposalOf(Value.Members members, String name, Section section) {
            return parent.proposalOf(members, name, section);
        }

        @Override
        public Optional<Value> external(String function, org.altdsl.ast.Expr.Call call, Space space, Section section) {
            return parent.external(function, call, space, section);
        }

        @Override
        public Optional<Expr> statistic(String function, org.altdsl.ast.Expr.Call call, Section section) {
            return parent.statistic(function, call, section);
        }

        @Override
        public Value atSynapses(Value ofSources) {
            return parent.atSynapses(ofSources);
        }

        @Override
        public Value atTargets(Value ofTargets) {
            return parent.atTargets(ofTargets);
        }

        @Override
        public Optional<Mask> mask() {
            return parent.mask();
        }

        @Override
        public String stream() {
            return parent.stream();
        }
    }
}
