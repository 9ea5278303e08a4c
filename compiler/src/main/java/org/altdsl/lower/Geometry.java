package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;

/**
 * The synapses of a projection as a space, with its maps to sources and targets.
 *
 * <p>A synapse stands at a point of {@code pre}, {@code post} and {@code positions}. Its weight does not depend on the
 * position: that is all there is to the sharing of weights.
 *
 * @param pre the axes that tell apart the synapses of one target
 * @param post the axes that tell apart targets with weights of their own
 * @param positions the axes of targets that share their weights
 * @param kernel those of the axes of {@code pre} that say where below the kernel a source lies
 * @param maps from synapses to their sources, one an axis that the two do not share
 */
record Geometry(Space pre, Space post, Space positions, Space kernel, List<IndexMap> maps) {
    Geometry {
        requireNonNull(pre);
        requireNonNull(post);
        requireNonNull(positions);
        requireNonNull(kernel);
        maps = List.copyOf(maps);
    }

    static Geometry of(String projection, Connection connection, Population pre, Population post) {
        List<IndexMap> maps = new ArrayList<>();
        Space channel = Space.of(post.axis());
        switch (connection.kind()) {
            case DENSE:
                // Where the sources are the targets, they have an axis of their own.
                Space sources = pre.space().without(pre.axis()).with(Projection.preAxis(pre, post));
                return new Geometry(sources, post.space(), Space.SCALAR, Space.SCALAR, maps);
            case ONE_TO_ONE:
                List<Axis> from = post.space().axes();
                List<Axis> to = pre.space().axes();
                for (int i = 0; i < from.size(); i++) {
                    maps.add(new IndexMap.Rename(from.get(i), to.get(i)));
                }
                return new Geometry(Space.SCALAR, channel, post.positions(), Space.SCALAR, maps);
            default:
                break;
        }
        Axis height = new Axis(projection + ".height", Role.TIE, "#" + connection.kernel());
        Axis width = new Axis(projection + ".width", Role.TIE, "#" + connection.kernel());
        Space kernel = Space.of(height, width);
        Grid targets = post.grid().orElseThrow();
        Grid sources = pre.grid().orElseThrow();
        maps.add(window(targets.height(), height, sources.height(), connection));
        maps.add(window(targets.width(), width, sources.width(), connection));
        if (connection.kind() == Connection.Kind.POOL) {
            maps.add(new IndexMap.Rename(post.axis(), pre.axis()));
            return new Geometry(kernel, channel, targets.space(), kernel, maps);
        }
        return new Geometry(kernel.with(pre.axis()), channel, targets.space(), kernel, maps);
    }

    /** Synapses that are listed one by one. */
    static Geometry of(Edges edges) {
        return new Geometry(
                Space.of(edges.synapses()), Space.SCALAR, Space.SCALAR, Space.SCALAR, List.of(edges.toPre()));
    }

    private static IndexMap window(Axis out, Axis kernel, Axis in, Connection connection) {
        return new IndexMap.Window(out, kernel, in, connection.stride(), connection.padding());
    }

    /** Where weights live: on the synapses but for the positions, which share them. */
    Space weights() {
        return pre.union(post);
    }

    /** The axes whose points a source's synapses differ by: its fan-out, as it is counted for initial weights. */
    Space fanOut() {
        return targetsOfOne().union(kernel);
    }

    /** The axes along which the targets of one source lie. */
    Space targetsOfOne() {
        Space shared = Space.SCALAR;
        for (IndexMap map : maps) {
            shared = map instanceof IndexMap.Rename ? shared.union(map.sources()) : shared;
        }
        return post.minus(shared);
    }

    /** A quantity of the sources as each synapse sees it. */
    Expr atSynapses(Expr ofSources) {
        Expr seen = ofSources;
        for (IndexMap map : maps) {
            seen = seen.space().has(map.target()) ? Expr.Gather.of(map, seen) : seen;
        }
        return seen;
    }

    /** What the synapses send back to their sources, summed. */
    Expr atSources(Expr ofSynapses) {
        Expr sent = ofSynapses;
        for (IndexMap map : maps) {
            boolean isWindow = map instanceof IndexMap.Window;
            if (isWindow || sent.space().contains(map.sources())) {
                sent = Expr.Reduce.scatter(map, everywhere(map.sources(), sent));
            }
        }
        return sent;
    }

    /** A value at every point of axes that it may be the same along. */
    private static Expr everywhere(Space axes, Expr value) {
        Expr result = value;
        for (Axis axis : axes.minus(value.space()).axes()) {
            Expr isPoint = Expr.Prim.of(Op.GE, new Expr.Index(axis), new Expr.Const(0));
            result = Expr.Prim.of(Op.SELECT, isPoint, result, new Expr.Const(0));
        }
        return result;
    }
}
