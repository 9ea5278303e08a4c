package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.altdsl.ir.Space;
import org.altdsl.source.Span;

/**
 * The scope of a model's defaults: its own parameters, whatever the model stands beside.
 *
 * @param parameters the parameters by name, once they are bound
 * @param stream what its draws are named after
 */
record Defaults(Supplier<Map<String, Parameter>> parameters, Expressions expressions, String stream) implements Scope {
    Defaults {
        requireNonNull(parameters);
        requireNonNull(expressions);
        requireNonNull(stream);
    }

    @Override
    public Optional<Value> find(String name, Section section, Span at) {
        Parameter parameter = parameters.get().get(name);
        return parameter == null ? Optional.empty() : Optional.of(parameter.value(expressions, section));
    }

    @Override
    public List<String> names() {
        return List.copyOf(parameters.get().keySet());
    }

    @Override
    public Optional<Space> axis(String name) {
        return Optional.empty();
    }

    @Override
    public Space drawSpace() {
        return Space.SCALAR;
    }
}
