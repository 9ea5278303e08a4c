package org.altdsl.check;

import java.util.Locale;
import org.altdsl.ast.Item;

/** What messages call an item: the words it is written with. */
final class ItemWords implements Item.Visitor<String> {
    private static final ItemWords WORDS = new ItemWords();

    private ItemWords() {}

    static String of(Item item) {
        return item.accept(WORDS);
    }

    @Override
    public String parameters(Item.Parameters item) {
        return "'param'";
    }

    @Override
    public String states(Item.States item) {
        return "'state'";
    }

    @Override
    public String equation(Item.Equation item) {
        return item.relaxing() ? "'relax'" : "an equation";
    }

    @Override
    public String lets(Item.Lets item) {
        return "'let'";
    }

    @Override
    public String cases(Item.Cases item) {
        return item.signal() ? "'signal'" : "'let' with cases";
    }

    @Override
    public String located(Item.Located item) {
        return item.at().isPresent() ? "'at'" : "'elsewhere'";
    }

    @Override
    public String weight(Item.Weight item) {
        return "'" + item.kind().name().toLowerCase(Locale.ROOT) + "'";
    }

    @Override
    public String input(Item.Input item) {
        return "'input'";
    }

    @Override
    public String output(Item.Output item) {
        return "'out'";
    }

    @Override
    public String compartment(Item.Compartment item) {
        return "'compartment'";
    }

    @Override
    public String spike(Item.Spike item) {
        return item.event().isPresent() ? "'event'" : "'spike'";
    }

    @Override
    public String surrogate(Item.Surrogate item) {
        return "'surrogate'";
    }

    @Override
    public String method(Item.Method item) {
        return "'method'";
    }

    @Override
    public String hold(Item.Hold item) {
        return "'hold'";
    }

    @Override
    public String refractory(Item.Refractory item) {
        return "'refractory'";
    }

    @Override
    public String handler(Item.Handler item) {
        String event = item.event().map(expr -> " " + expr.span().text()).orElse("");
        return "'" + item.trigger().name().toLowerCase(Locale.ROOT) + event + "'";
    }

    @Override
    public String assign(Item.Assign item) {
        return "an assignment";
    }

    @Override
    public String feedback(Item.Feedback item) {
        return "'feedback'";
    }

    @Override
    public String noise(Item.Noise item) {
        return "'noise'";
    }

    @Override
    public String inject(Item.Inject item) {
        return item.stimulation() ? "'stimulate'" : "'inject'";
    }

    @Override
    public String modulators(Item.Modulators item) {
        return "'modulator'";
    }

    @Override
    public String adapts(Item.Adapts item) {
        return "'adapts'";
    }

    @Override
    public String reads(Item.Reads item) {
        return "'reads'";
    }

    @Override
    public String phase(Item.Phase item) {
        return "'phase'";
    }

    @Override
    public String clamp(Item.Clamp item) {
        return "'clamp'";
    }

    @Override
    public String redirect(Item.Redirect item) {
        return "'redirect'";
    }

    @Override
    public String keep(Item.Keep item) {
        return "'keep'";
    }

    @Override
    public String signFixed(Item.SignFixed item) {
        return "'sign fixed'";
    }

    @Override
    public String conserve(Item.Conserve item) {
        return "'conserve'";
    }

    @Override
    public String prune(Item.Prune item) {
        return "'prune'";
    }

    @Override
    public String grow(Item.Grow item) {
        return "'grow'";
    }

    @Override
    public String report(Item.Report item) {
        return "'report'";
    }

    @Override
    public String ifItem(Item.If item) {
        return "'if'";
    }

    @Override
    public String matchItem(Item.MatchItem item) {
        return "'match'";
    }

    @Override
    public String local(Item.Local item) {
        return "'" + item.declaration().kind().word() + "'";
    }

    @Override
    public String use(Item.Use item) {
        return "'" + item.span().text() + "'";
    }

    @Override
    public String loss(Item.Loss item) {
        return "'objective'";
    }

    @Override
    public String optimize(Item.Optimize item) {
        return "'optimizer'";
    }

    @Override
    public String data(Item.Data item) {
        return "'data'";
    }

    @Override
    public String network(Item.Network item) {
        return "'network'";
    }

    @Override
    public String population(Item.Population item) {
        return "a population";
    }

    @Override
    public String projection(Item.Projection item) {
        return "a projection";
    }

    @Override
    public String learn(Item.Learn item) {
        return "'learn'";
    }

    @Override
    public String draw(Item.Draw item) {
        return "a draw with '~'";
    }

    @Override
    public String schedule(Item.Schedule item) {
        return "'schedule'";
    }

    @Override
    public String compare(Item.Compare item) {
        return "'compare'";
    }

    @Override
    public String sweep(Item.Sweep item) {
        return "'sweep'";
    }

    @Override
    public String train(Item.Train item) {
        return "'train'";
    }

    @Override
    public String seeds(Item.Seeds item) {
        return "'seeds'";
    }

    @Override
    public String measure(Item.Measure item) {
        return "'" + item.action().name().toLowerCase(Locale.ROOT) + "'";
    }

    @Override
    public String protocol(Item.Protocol item) {
        return item.evaluate().isPresent() ? "'evaluate'" : "'protocol'";
    }

    @Override
    public String step(Item.Step item) {
        return "'" + item.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + "'";
    }

    @Override
    public String field(Item.Field item) {
        return "'field'";
    }

    @Override
    public String split(Item.Split item) {
        return item.generated() ? "'generate'" : "'split'";
    }

    @Override
    public String section(Item.Section item) {
        return "'" + item.name() + "'";
    }

    @Override
    public String given(Item.Given item) {
        return "'given'";
    }

    @Override
    public String expect(Item.Expect item) {
        return "'expect'";
    }

    @Override
    public String forRow(Item.ForRow item) {
        return "'for'";
    }
}
