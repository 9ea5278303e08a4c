package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.source.Span;

/** What an expression of the language stands for while a program is built. */
sealed interface Value {
    /**
     * A quantity.
     *
     * @param isEvent whether it is an event that the network schedules: 1 in the steps in which that happens
     */
    record Real(org.altdsl.ir.Expr expr, boolean isEvent) implements Value {
        public Real {
            requireNonNull(expr);
        }

        Real(org.altdsl.ir.Expr expr) {
            this(expr, false);
        }
    }

    /** The class index of each sample; where a target is wanted it stands for its one-hot code. */
    record Label(org.altdsl.ir.Expr index) implements Value {
        public Label {
            requireNonNull(index);
        }
    }

    /** A function of the program; {@code home} is the scope it was declared in, for a function inside a body. */
    record Function(Declaration declaration, Optional<Scope> home) implements Value {
        public Function {
            requireNonNull(declaration);
            requireNonNull(home);
        }
    }

    /** A function of the language. */
    record Builtin(String name) implements Value {
        public Builtin {
            requireNonNull(name);
        }
    }

    /** A constant of an enum, true and false included as the words of no declaration. */
    record Word(String enumeration, String word) implements Value {
        public Word {
            requireNonNull(enumeration);
            requireNonNull(word);
        }
    }

    record Text(String text) implements Value {
        public Text {
            requireNonNull(text);
        }
    }

    /** A list, not yet evaluated: its meaning depends on where it is used. */
    record Sequence(Expr.ListLiteral list, Scope scope) implements Value {
        public Sequence {
            requireNonNull(list);
            requireNonNull(scope);
        }
    }

    /** A declared model (rule, neuron, optimizer, data set …) with the arguments given so far. */
    record Model(Declaration declaration, List<Expr.Argument> arguments, Scope scope) implements Value {
        public Model {
            requireNonNull(declaration);
            arguments = List.copyOf(arguments);
            requireNonNull(scope);
        }
    }

    /** Something with members: {@code pre}, {@code output}, a population, a projection, {@code data}. */
    record Place(String name, Members members) implements Value {
        public Place {
            requireNonNull(name);
            requireNonNull(members);
        }
    }

    /** Several things under one name, such as the layers {@code h[0]}, {@code h[1]}. */
    record Group(String name, List<Value> values) implements Value {
        public Group {
            requireNonNull(name);
            values = List.copyOf(values);
        }
    }

    /** Things that were declared with an index, such as {@code P[k]} in a loop of a circuit; more may follow. */
    record Family(String name, SortedMap<Integer, Value> members) implements Value {
        public Family {
            requireNonNull(name);
            requireNonNull(members);
        }
    }

    /** The members of a {@link Place}. */
    interface Members {
        /** The value of a member, or nothing if there is no such member. */
        Optional<Value> member(String name, Section section, Span at);

        /** The names of all members, for suggestions. */
        List<String> names();
    }
}
