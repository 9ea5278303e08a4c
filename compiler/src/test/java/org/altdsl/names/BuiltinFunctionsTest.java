package org.altdsl.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltinFunctionsTest {
    @ParameterizedTest
    @CsvSource({
        "exp, 1, 1, ELEMENTWISE, NUMBER",
        "clip, 3, 3, ELEMENTWISE, ALIKE",
        "max, 1, 2147483647, REDUCTION, ALIKE",
        "kaiming, 0, 1, DISTRIBUTION, FREE",
        "through, 2, 2, PATHWAY, FREE"
    })
    void theTableSaysHowManyArgumentsAndWhatHappensToUnits(
            String name, int fewest, int most, BuiltinFunction.Kind kind, BuiltinFunction.Law law) {
        BuiltinFunction expected = new BuiltinFunction(
                name,
                fewest,
                most,
                kind,
                law,
                BuiltinFunctions.find(name).orElseThrow().times());
        assertEquals(expected, BuiltinFunctions.find(name).orElseThrow());
    }

    @Test
    void everyFunctionTakesAtLeastAsManyAsItNeeds() {
        for (String name : BuiltinFunctions.names()) {
            BuiltinFunction function = BuiltinFunctions.find(name).orElseThrow();
            assertTrue(function.fewest() >= 0 && function.fewest() <= function.most(), name);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"exp | 1 argument", "clip | 3 arguments", "angle | 1 to 2 arguments", "max | at least 1 argument"})
    void arityIsSaidInWords(String name, String words) {
        assertEquals(words, BuiltinFunctions.find(name).orElseThrow().arity());
    }
}
