package org.altdsl.runtime.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.altdsl.runtime.random.CounterRandom;

/** Which rows go to which split: arithmetic on row numbers and their classes. */
final class RowDivision {
    private RowDivision() {}

    /**
     * The rows of each split, in ascending order.
     *
     * @param classes the class of each row; all 0 where classes do not matter
     */
    static int[][] divide(DataSetRecipe.Fractions fractions, int[] classes) {
        List<List<Integer>> members = members(
                CounterRandom.permutation(CounterRandom.key(fractions.seed(), "split"), classes.length), classes);
        boolean balanced =
                fractions.classes().map(DataSetRecipe.Classes::balanced).orElse(false);
        return balanced ? balanced(fractions, members) : stratified(fractions, members);
    }

    /** The rows of each class, in the order given. */
    private static List<List<Integer>> members(int[] rows, int[] classes) {
        List<List<Integer>> members = new ArrayList<>();
        for (int row : rows) {
            while (members.size() <= classes[row]) {
                members.add(new ArrayList<>());
            }
            members.get(classes[row]).add(row);
        }
        return members;
    }

    private static int[][] stratified(DataSetRecipe.Fractions fractions, List<List<Integer>> members) {
        List<List<Integer>> parts = parts(fractions);
        double[] owed = new double[parts.size()];
        for (List<Integer> ofClass : members) {
            int from = 0;
            for (int i = 0; i < parts.size(); i++) {
                // What rounding kept from a split in one class is made good in the next.
                double share = fractions.shares().get(i) * ofClass.size() + owed[i];
                int take = i == parts.size() - 1 ? ofClass.size() - from : (int) Math.round(share);
                take = Math.max(0, Math.min(take, ofClass.size() - from));
                owed[i] = share - take;
                parts.get(i).addAll(ofClass.subList(from, from + take));
                from += take;
            }
        }
        return ascending(parts);
    }

    /** Every class gives as many rows as the smallest one has. */
    private static int[][] balanced(DataSetRecipe.Fractions fractions, List<List<Integer>> members) {
        List<List<Integer>> parts = parts(fractions);
        int smallest = members.stream().mapToInt(List::size).min().orElse(0);
        for (List<Integer> ofClass : members) {
            double upTo = 0;
            int from = 0;
            for (int i = 0; i < parts.size(); i++) {
                upTo += fractions.shares().get(i);
                int to = (int) Math.round(upTo * smallest);
                parts.get(i).addAll(ofClass.subList(from, to));
                from = to;
            }
        }
        return ascending(parts);
    }

    private static List<List<Integer>> parts(DataSetRecipe.Fractions fractions) {
        List<List<Integer>> parts = new ArrayList<>();
        fractions.splits().forEach(unused -> parts.add(new ArrayList<>()));
        return parts;
    }

    private static int[][] ascending(List<List<Integer>> parts) {
        return parts.stream()
                .map(part -> part.stream().mapToInt(Integer::intValue).sorted().toArray())
                .toArray(int[][]::new);
    }

    /**
     * So many of some rows, each class in proportion to how often it occurs there, and of each class the first.
     *
     * @param rows in ascending order
     * @param classes the class of each row of the table
     */
    static int[] limited(int[] rows, int limit, int[] classes) {
        if (limit >= rows.length) {
            return rows;
        }
        List<List<Integer>> members = members(rows, classes);
        int[] quota = new int[members.size()];
        double[] rest = new double[quota.length];
        int given = 0;
        for (int kind = 0; kind < quota.length; kind++) {
            long share = (long) limit * members.get(kind).size();
            quota[kind] = (int) (share / rows.length);
            rest[kind] = (double) (share % rows.length) / rows.length;
            given += quota[kind];
        }
        // What rounding down left goes to the classes that lost most by it, at a tie to the first of them.
        int[] order = IntStream.range(0, quota.length)
                .boxed()
                .sorted((a, b) -> Double.compare(rest[b], rest[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; given < limit; i++, given++) {
            quota[order[i]]++;
        }
        int[] kept = new int[limit];
        int next = 0;
        for (int kind = 0; kind < quota.length; kind++) {
            for (int row : members.get(kind).subList(0, quota[kind])) {
                kept[next++] = row;
            }
        }
        Arrays.sort(kept);
        return kept;
    }
}
