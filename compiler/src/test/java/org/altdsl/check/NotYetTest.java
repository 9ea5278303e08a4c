package org.altdsl.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import org.altdsl.diag.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotYetTest {
    private static List<Diagnostic> of(String program) {
        return Corpus.notYet(Corpus.FOLDER.resolve(Path.of("programs", program)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "neurons.rule",
                "optimizers.rule",
                "objectives.rule",
                "oja.rule",
                "sanger.rule",
                "softhebb.rule",
                "bcm.rule",
                "cofire.rule",
                "concentration.rule",
                "mass_redistribution.rule",
                "conv.exp",
                "quickstart.exp",
                "stdp.rule",
                "cells.rule",
                "gliagl.rule"
            })
    void ratesOfOnePassAndSpikesCanBeRun(String program) {
        assertEquals(List.of(), of(program).stream().map(Diagnostic::message).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"equilibrium_propagation.rule", "microcircuit.rule", "homeostatic.rule", "eprop.rule"})
    void phasesThatTakeTimeAndDerivativesThroughItCannotBeRunYet(String program) {
        assertFalse(of(program).isEmpty());
    }

    @Test
    void checksAloneAcceptWhatCannotBeRunYet() {
        assertEquals(List.of(), Corpus.check(Corpus.FOLDER.resolve(Path.of("programs", "stdp.rule"))));
    }
}
