package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.ir.Expr;

/** Which equations of a system depend on one another. */
final class Components {
    private Components() {}

    /** The groups of equations that move each other in turn, in the order of their first members. */
    static List<List<Integer>> of(List<Equation> equations, List<Expr> rates) {
        int n = equations.size();
        boolean[][] reaches = new boolean[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                Expr.Read current = equations.get(j).current();
                reaches[i][j] = i == j || LinearForm.isMoving(rates.get(i), current::equals);
            }
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    reaches[i][j] |= reaches[i][k] && reaches[k][j];
                }
            }
        }
        List<List<Integer>> components = new ArrayList<>();
        boolean[] placed = new boolean[n];
        for (int i = 0; i < n; i++) {
            if (placed[i]) {
                continue;
            }
            List<Integer> component = new ArrayList<>();
            for (int j = i; j < n; j++) {
                if (reaches[i][j] && reaches[j][i]) {
                    component.add(j);
                    placed[j] = true;
                }
            }
            components.add(component);
        }
        return components;
    }
}
