package org.altdsl.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.grammar.StatementParser;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.atn.RuleStopState;
import org.antlr.v4.runtime.atn.RuleTransition;
import org.antlr.v4.runtime.atn.Transition;

/**
 * Finds how far a failed statement can be read at all, and what could have stood there.
 *
 * <p>ANTLR reports the place where its own decision failed, which may be the start of the statement. This walks the
 * grammar's network over the tokens in every possible way and keeps the furthest point. It does not recurse, so depth
 * and length of a program cost it no stack.
 */
final class Expectations {
    /** One thing that could have stood at the furthest point: a rule, or a token inside a rule. */
    record Expected(boolean isRule, int type, int within) {}

    /**
     * @param token the first token that nothing can read
     * @param expected what could have stood there
     */
    record Failure(Token token, int index, Set<Expected> expected) {}

    /** Rules that a message names instead of the tokens they may begin with. */
    private static final Set<Integer> NAMED = Set.of(
            AltParser.RULE_expression,
            AltParser.RULE_disjunction,
            AltParser.RULE_negation,
            AltParser.RULE_comparison,
            AltParser.RULE_additive,
            AltParser.RULE_multiplicative,
            AltParser.RULE_unary,
            AltParser.RULE_power,
            AltParser.RULE_operand,
            AltParser.RULE_postfix,
            AltParser.RULE_quantity,
            AltParser.RULE_name,
            AltParser.RULE_item,
            AltParser.RULE_declaration,
            AltParser.RULE_type,
            AltParser.RULE_span,
            AltParser.RULE_argument,
            AltParser.RULE_block,
            AltParser.RULE_pattern,
            AltParser.RULE_axis,
            AltParser.RULE_element,
            AltParser.RULE_argumentName,
            AltParser.RULE_assignmentOperator,
            AltParser.RULE_list,
            AltParser.RULE_clause,
            AltParser.RULE_keywordStatement,
            AltParser.RULE_simpleStatement);

    private static final int NONE = -1;

    private final ATN network;
    private final List<Token> tokens;
    private final Map<Key, Activation> activations = new HashMap<>();
    private final Deque<Position> todo = new ArrayDeque<>();
    private final Set<Expected> expected = new LinkedHashSet<>();
    private int furthest;

    private record Key(int rule, int start, int label) {}

    private record Position(Activation within, ATNState state, int index) {}

    /** A rule that begins at a token; whoever needs it there goes on wherever it can end. */
    private static final class Activation {
        private final Key key;
        private final Set<Integer> ends = new LinkedHashSet<>();
        private final List<Position> callers = new ArrayList<>();
        private final Set<Long> seen = new HashSet<>();

        Activation(Key key) {
            this.key = key;
        }
    }

    private Expectations(ATN network, List<Token> tokens) {
        this.network = network;
        this.tokens = tokens;
    }

    /**
     * @param tokens the tokens that the parser sees
     * @param rule {@code item} or {@code fileItem}
     * @param start the index of the first token of what failed
     */
    static Failure find(ATN network, List<Token> tokens, int rule, int start) {
        if (rule == AltParser.RULE_item) {
            Failure keyword = walk(network, tokens, AltParser.RULE_keywordStatement, rule, start);
            Failure simple = walk(network, tokens, AltParser.RULE_simpleStatement, rule, start);
            if (keyword.index == start && simple.index == start) {
                return new Failure(tokens.get(start), start, Set.of(new Expected(true, AltParser.RULE_item, NONE)));
            }
            // A soft word that opened a statement is read as that word where both readings fail at the same place.
            return keyword.index >= simple.index ? keyword : simple;
        }
        Failure imported = walk(network, tokens, AltParser.RULE_importStatement, rule, start);
        Failure declared = walk(network, tokens, AltParser.RULE_declaration, rule, start);
        return imported.index > declared.index ? imported : declared;
    }

    private static Failure walk(ATN network, List<Token> tokens, int rule, int statement, int start) {
        Expectations walk = new Expectations(network, tokens);
        walk.furthest = start;
        Activation whole = walk.activate(rule, start, NONE);
        while (!walk.todo.isEmpty()) {
            walk.step(walk.todo.pop());
        }
        whole.ends.forEach(end -> walk.requireEnd(end, statement));
        return new Failure(tokens.get(walk.furthest), walk.furthest, walk.expected);
    }

    private Activation activate(int rule, int start, int outerLabel) {
        int label = outerLabel == NONE && NAMED.contains(rule) ? rule : outerLabel;
        return activations.computeIfAbsent(new Key(rule, start, label), key -> {
            Activation made = new Activation(key);
            visit(made, network.ruleToStartState[rule], start);
            return made;
        });
    }

    private void step(Position position) {
        Activation within = position.within;
        if (position.state instanceof RuleStopState) {
            boolean ends = within.key.rule != AltParser.RULE_item || requireEnd(position.index, AltParser.RULE_item);
            if (ends && within.ends.add(position.index)) {
                within.callers.forEach(caller -> visit(caller.within, caller.state, position.index));
            }
            return;
        }
        int label = position.index == within.key.start ? within.key.label : NONE;
        for (Transition transition : position.state.getTransitions()) {
            if (transition instanceof RuleTransition call) {
                call(within, call, position.index, label);
            } else if (transition.isEpsilon()) {
                visit(within, transition.target, position.index);
            } else {
                consume(within, transition, position.index, label);
            }
        }
    }

    private void call(Activation within, RuleTransition call, int index, int label) {
        int rule = call.target.ruleIndex;
        if (rule == AltParser.RULE_stray || rule == AltParser.RULE_strayInFile) {
            return;
        }
        Activation called = activate(rule, index, label);
        called.callers.add(new Position(within, call.followState, index));
        called.ends.forEach(end -> visit(within, call.followState, end));
    }

    private void consume(Activation within, Transition transition, int index, int label) {
        int type = tokens.get(index).getType();
        if (transition.matches(type, Token.MIN_USER_TOKEN_TYPE, network.maxTokenType)) {
            if (index + 1 < tokens.size()) {
                reach(index + 1);
                visit(within, transition.target, index + 1);
            }
        } else if (label != NONE) {
            record(index, new Expected(true, label, NONE));
        } else {
            transition.label().toList().forEach(wanted -> record(index, new Expected(false, wanted, within.key.rule)));
        }
    }

    private boolean requireEnd(int index, int statement) {
        if (StatementParser.endsBefore(tokens.get(index).getType(), statement)) {
            return true;
        }
        record(index, new Expected(false, AltLexer.SEPARATOR, statement));
        return false;
    }

    private void visit(Activation within, ATNState state, int index) {
        if (within.seen.add((long) state.stateNumber << 32 | index)) {
            todo.push(new Position(within, state, index));
        }
    }

    private void reach(int index) {
        if (index > furthest) {
            furthest = index;
            expected.clear();
        }
    }

    private void record(int index, Expected what) {
        reach(index);
        if (index == furthest) {
            expected.add(what);
        }
    }
}
