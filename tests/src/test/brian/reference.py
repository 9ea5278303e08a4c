"""The networks of tests/src/test/resources/brian in Brian 2: draws their inputs, runs them, writes what they did.

    reference.py draw CASE FOLDER            spikes, edges, weights, delays and initial values of a case
    reference.py run  CASE RULE FOLDER OUT   reads these from FOLDER, writes spikes, weights and voltages to OUT

CASE is a folder with a case.exp, and the function of its name says the same network as that file; RULE is one of the
rules that the file compares. Events of a step are in Brian's default order: equations, thresholds, synapses (pre before
post), resets. What is written, each file called RULE-...:

    spikes.csv    step, neuron            of the simulated neurons
    weights.csv   one number a line       of the plastic synapses, in the order of edges.csv
    voltage.csv   one number a line       of neuron 0 in mV, after steps 0, 100, 200 ...
"""
import pathlib
import sys

import numpy as np

DT = {"hodgkin-huxley": 0.01}
SECONDS = {"hodgkin-huxley": 1.0, "cuba": 3.0}
SOURCES, NEURONS = 80, 20


def dt_ms(case):
    return DT.get(case, 0.1)


def seconds(case):
    return SECONDS.get(case, 2.0)


# ---- inputs


def write(folder, name, rows, form):
    (folder / (name + ".csv")).write_text("".join(form % tuple(row) + "\n" for row in rows))


def numbers(folder, name, values):
    """Seventeen digits: a double, exactly."""
    write(folder, name, [(float(v),) for v in values], "%.17g")


def rounded(folder, name, values):
    """Inputs need not fill all digits."""
    write(folder, name, [(float(v),) for v in values], "%.6g")


def draw_spikes(rng, folder, neurons, rate, case):
    """Each neuron and step with its own chance, as a Poisson process of at most one spike a step."""
    steps = round(seconds(case) * 1e3 / dt_ms(case))
    step, neuron = np.nonzero(rng.random((steps, neurons)) < rate * dt_ms(case) * 1e-3)
    per_second = round(1e3 / dt_ms(case))
    write(folder, "spikes", [(s / per_second, n) for s, n in zip(step, neuron)], "%.10g,%d")


def draw_edges(rng, folder, name, sources, targets, p, loops=True):
    """Pairs in no order, so that nothing depends on it."""
    exists = rng.random((sources, targets)) < p
    if not loops:
        np.fill_diagonal(exists, False)
    pairs = np.argwhere(exists)
    rng.shuffle(pairs)
    write(folder, name, pairs, "%d,%d")
    return len(pairs)


def draw(case, folder):
    rng = np.random.default_rng(sum(map(ord, case)))
    if case == "cuba":
        rounded(folder, "v", rng.uniform(-60, -50, 500))
        draw_edges(rng, folder, "edges", 400, 400, 0.08, loops=False)
        draw_edges(rng, folder, "edges-ei", 400, 100, 0.08)
        draw_edges(rng, folder, "edges-i", 100, 500, 0.08)
        return
    rate, low, high, inhibition, delay = {
        "lif-current": (25, -70, -50, (-60, 0), None),
        "lif-conductance": (25, -70, -50, (0, 5), 5),
        "adex": (25, -75, -50, (-60, 0), 5),
        "adex-clopath": (25, -75, -50, (-60, 0), 5),
        "izhikevich": (25, -75, -60, (-10, 0), 20),
        "hodgkin-huxley": (25, -70, -60, (0, 20), 3),
    }[case]
    draw_spikes(rng, folder, SOURCES, rate, case)
    n = draw_edges(rng, folder, "edges", SOURCES, NEURONS, 0.4)
    rounded(folder, "weights", rng.uniform(0.2, 1, n))
    if delay is not None:
        rounded(folder, "delays", rng.uniform(0, delay, n))
    n = draw_edges(rng, folder, "edges-r", NEURONS, NEURONS, 0.2, loops=False)
    rounded(folder, "weights-r", rng.uniform(*inhibition, n))
    rounded(folder, "v", rng.uniform(low, high, NEURONS))


def exponential(matrix):
    """Of a matrix that is small."""
    total = term = np.eye(len(matrix))
    for k in range(1, 20):
        term = term @ matrix/k
        total = total + term
    return total


# ---- rules: what plastic synapses have, and do when spikes come from before (after the transmission) and after

PAIR = """w : {unit}
          dx/dt = -x/tau_plus : 1 (event-driven)
          dy/dt = -y/tau_minus : 1 (event-driven)"""
PAIR_PRE = """w = clip(w - a_minus*w_max*y, 0*w_max, w_max)
              x += 1"""
PAIR_POST = """w = clip(w + a_plus*w_max*x, 0*w_max, w_max)
               y += 1"""

TRIPLET = """w : 1
             dr1/dt = -r1/tau_plus : 1 (event-driven)
             dr2/dt = -r2/tau_x : 1 (event-driven)
             do1/dt = -o1/tau_minus : 1 (event-driven)
             do2/dt = -o2/tau_y : 1 (event-driven)"""
TRIPLET_PRE = """w -= o1*(a2_minus + a3_minus*r2)
                 r1 += 1
                 r2 += 1"""
TRIPLET_POST = """w += r1*(a2_plus + a3_plus*o2)
                  o1 += 1
                  o2 += 1"""

# The trace is read in every step, so it is integrated in every step. Depression comes when a spike is sent, the current
# when it arrives.
CLOPATH = """w : 1
             dx/dt = -x/tau_x : Hz (clock-driven)"""
CLOPATH_PRE = """w = clip(w - A_ltd*relu(u_minus_then_post - theta_minus), 0, w_max)
                 x += 1/tau_x"""
CLOPATH_STEP = """w = clip(w + dt*A_ltp*x*relu(v_post - theta_plus)*relu(u_plus_then_post - theta_minus), 0, w_max)"""
# What neurons have beside their own equations: the rule's filters of the potential, which move with the membrane, and what
# these were 4 ms ago, for the synapses to read.
FILTERS = """
du_minus/dt = (v - u_minus)/(10*ms) : volt
du_plus/dt = (v - u_plus)/(7*ms) : volt
u_minus_then : volt
u_plus_then : volt"""
FILTERS_BY_HAND = """
u_minus : volt
u_plus : volt
u_minus_then : volt
u_plus_then : volt"""


class Run:
    """A case with a rule: its files, and the objects that every case has."""

    def __init__(self, case, rule, folder, out):
        self.case, self.rule, self.folder, self.out = case, rule, folder, out
        import brian2 as b2

        self.b2 = b2
        b2.prefs.codegen.target = "numpy"
        b2.prefs.logging.file_log = False
        b2.BrianLogger.log_level_error()
        b2.defaultclock.dt = dt_ms(case) * b2.ms
        # Brian wraps its `exprel` in a check of units that writes all numbers down, for a message that nobody needs, each time
        # it is called: most of the time of a run of Hodgkin and Huxley, which calls it eight times a step.
        exprel = b2.DEFAULT_FUNCTIONS["exprel"].implementations
        exprel.add_numpy_implementation(b2.units.unitsafefunctions.exprel, discard_units=True)
        self.objects = []

    def table(self, name):
        return np.loadtxt(self.folder / (name + ".csv"), delimiter=",", ndmin=2)

    def column(self, name):
        return self.table(name)[:, 0]

    def connect(self, synapses, name):
        rows = self.table(name).astype(int)
        synapses.connect(i=rows[:, 0], j=rows[:, 1])
        self.objects.append(synapses)
        return synapses

    def source(self):
        rows = self.table("spikes")
        x = self.b2.SpikeGeneratorGroup(SOURCES, rows[:, 1].astype(int), rows[:, 0] * self.b2.second)
        self.objects.append(x)
        return x

    def filters(self, by_hand=False):
        """The equations that the rule adds to those of the neurons."""
        if self.rule != "Clopath":
            return ""
        return FILTERS_BY_HAND if by_hand else FILTERS

    def filter_exactly(self, c, tau_m, tau_s, tau_r):
        """
        The exact step of the filters of a leaky membrane with two currents. Brian's own takes many minutes to solve five
        equations in letters, so this solves them in numbers, once for neurons that move and once for those that are held.
        """
        if self.rule != "Clopath":
            return
        dt = dt_ms(self.case)
        # In milliseconds, of v - v_rest, i_s/g_L, i_r/g_L, u_minus - v_rest, u_plus - v_rest.
        moving = np.array([[-1/tau_m, 1/tau_m, 1/tau_m, 0, 0],
                           [0, -1/tau_s, 0, 0, 0],
                           [0, 0, -1/tau_r, 0, 0],
                           [1/10, 0, 0, -1/10, 0],
                           [1/7, 0, 0, 0, -1/7]])
        held = moving.copy()
        held[0] = 0
        statements = ["moves = int(timestep(t - lastspike, dt) >= timestep(5*ms, dt))"]
        for row, name in ((3, "u_minus"), (4, "u_plus")):
            terms = " + ".join(
                "(%.17g*moves + %.17g*(1 - moves))*%s" % (m, h, x)
                for m, h, x in zip(exponential(dt*moving)[row], exponential(dt*held)[row],
                                   ("(v - v_rest)", "i_s/g_L", "i_r/g_L", "(u_minus - v_rest)", "(u_plus - v_rest)"))
                if m != 0)
            statements.append("%s = v_rest + %s" % (name, terms))
        c.run_regularly("\n".join(statements), when="before_groups", dt=self.b2.defaultclock.dt)

    def fixed(self, c, effect, unit, delay):
        """The recurrent synapses, which no rule teaches."""
        r = self.connect(self.b2.Synapses(c, c, "w : %s" % effect[0], on_pre=effect[1]), "edges-r")
        r.w = self.column("weights-r") * unit
        r.delay = delay

    def plastic(self, x, c, effect, namespace, delay=None, theta_plus=-45.3):
        """The synapses that the rule teaches; `effect` is the transmission."""
        b2 = self.b2
        from brian2 import ms, mV

        kind = {"PairSTDP": self.pair, "TripletSTDP": self.triplet, "Clopath": self.clopath}[self.rule]
        s = self.connect(kind(x, c, effect, dict(namespace), theta_plus * mV), "edges")
        s.w = self.column("weights")
        s.pre.delay = self.column("delays") * ms if delay is None else delay
        return s

    def pair(self, x, c, effect, ns, _):
        ms = self.b2.ms
        ns.update(tau_plus=20 * ms, tau_minus=20 * ms, a_plus=0.01, a_minus=0.0105, w_max=1)
        return self.b2.Synapses(x, c, PAIR.format(unit="1"), on_pre=effect + "\n" + PAIR_PRE, on_post=PAIR_POST,
                                namespace=ns)

    def triplet(self, x, c, effect, ns, _):
        ms = self.b2.ms
        ns.update(tau_plus=16.8 * ms, tau_x=101 * ms, tau_minus=33.7 * ms, tau_y=125 * ms, a2_plus=5e-11,
                  a3_plus=6.2e-4, a2_minus=7e-4, a3_minus=2.3e-5)
        return self.b2.Synapses(x, c, TRIPLET, on_pre=effect + "\n" + TRIPLET_PRE, on_post=TRIPLET_POST, namespace=ns)

    def clopath(self, x, c, effect, ns, theta_plus):
        b2 = self.b2
        from brian2 import ms, mV

        relu = b2.Function(lambda x: np.maximum(x, 0), arg_units=[b2.volt], return_unit=b2.volt)
        relu.implementations.add_implementation("numpy", lambda x: np.maximum(x, 0))
        ns.update(relu=relu, A_ltd=14e-5 / mV, A_ltp=8e-5 / mV**2, theta_minus=-70.6 * mV, theta_plus=theta_plus, tau_x=15 * ms,
                  w_max=1)
        s = b2.Synapses(x, c, CLOPATH, on_pre={"pre": effect, "sent": CLOPATH_PRE}, namespace=ns, method="exact")
        # What arrives in a step has been transmitted by the weight before what is sent in it depresses.
        s.sent.order = 1
        # Weights move when all events of a step are over.
        s.run_regularly(CLOPATH_STEP, when="after_resets", dt=b2.defaultclock.dt)
        c.u_minus = c.u_plus = np.array(c.v / mV) * mV
        past = []
        lag = round(4 / dt_ms(self.case))

        @b2.network_operation(when="start")
        def earlier():
            # At the start of step k the newest value is that of the end of step k - 1; read is step k - lag.
            past.append((np.array(c.u_minus_), np.array(c.u_plus_)))
            then = past[max(0, len(past) - lag)]
            c.u_minus_then_, c.u_plus_then_ = then
            if len(past) > lag:
                past.pop(0)

        self.objects.append(earlier)
        return s

    def done(self, c, s, unit=1):
        """Runs, and writes what is compared."""
        b2 = self.b2
        spikes = b2.SpikeMonitor(c)
        every = b2.Clock(dt=100 * dt_ms(self.case) * b2.ms)
        trace = b2.StateMonitor(c, "v", record=[0], clock=every, when="end")
        b2.Network(c, spikes, trace, *self.objects).run(seconds(self.case) * b2.second)
        step = np.rint(np.asarray(spikes.t / b2.ms) / dt_ms(self.case)).astype(int)
        write(self.out, self.rule + "-spikes", sorted(zip(step, np.asarray(spikes.i))), "%d,%d")
        numbers(self.out, self.rule + "-weights", np.asarray(s.w[:] / unit))
        numbers(self.out, self.rule + "-voltage", np.asarray(trace.v[0] / b2.mV))


# ---- the cases


def lif_current(run):
    b2 = run.b2
    from brian2 import ms, mV, nS, pA, pF

    ns = dict(C=200 * pF, g_L=10 * nS, v_rest=-70 * mV, v_th=-50 * mV, v_reset=-60 * mV, tau_s=5 * ms, tau_r=10 * ms,
              scale=100 * pA)
    c = b2.NeuronGroup(NEURONS, """dv/dt = (g_L*(v_rest - v) + i_s + i_r)/C : volt (unless refractory)
                                   di_s/dt = -i_s/tau_s : amp
                                   di_r/dt = -i_r/tau_r : amp""" + run.filters(by_hand=True),
                       threshold="v > v_th", reset="v = v_reset", refractory=5 * ms, method="exact", namespace=ns)
    c.v = run.column("v") * mV
    run.filter_exactly(c, tau_m=20, tau_s=5, tau_r=10)
    s = run.plastic(run.source(), c, "i_s_post += w*scale", ns, delay=1.5 * ms, theta_plus=-55)
    run.fixed(c, ("amp", "i_r_post += w"), pA, 0.8 * ms)
    run.done(c, s)


def lif_conductance(run):
    b2 = run.b2
    from brian2 import ms, mV, nS, pF

    ns = dict(C=200 * pF, g_L=10 * nS, v_rest=-70 * mV, v_th=-50 * mV, v_reset=-60 * mV, tau_s=5 * ms, tau_r=10 * ms,
              E_s=0 * mV, E_r=-80 * mV, scale=5 * nS)
    c = b2.NeuronGroup(NEURONS, """dv/dt = (g_L*(v_rest - v) + g_s*(E_s - v) + g_r*(E_r - v))/C : volt (unless refractory)
                                   dg_s/dt = -g_s/tau_s : siemens
                                   dg_r/dt = -g_r/tau_r : siemens""" + run.filters(),
                       threshold="v > v_th", reset="v = v_reset", refractory=5 * ms, method="exponential_euler",
                       namespace=ns)
    c.v = run.column("v") * mV
    s = run.plastic(run.source(), c, "g_s_post += w*scale", ns, theta_plus=-55)
    run.fixed(c, ("siemens", "g_r_post += w"), nS, 0.8 * ms)
    run.done(c, s)


def adex(run):
    b2 = run.b2
    from brian2 import ms, mV, nS, pA, pF

    ns = dict(C=281 * pF, g_L=30 * nS, E_L=-70.6 * mV, v_T=-50.4 * mV, D_T=2 * mV, v_peak=-40 * mV, v_reset=-70.6 * mV,
              tau_w=144 * ms, a=4 * nS, b=80.5 * pA, tau_s=5 * ms, tau_r=10 * ms, scale=500 * pA)
    c = b2.NeuronGroup(NEURONS, """dv/dt = (g_L*(E_L - v) + g_L*D_T*exp((v - v_T)/D_T) - z + i_s + i_r)/C : volt
                                   dz/dt = (a*(v - E_L) - z)/tau_w : amp
                                   di_s/dt = -i_s/tau_s : amp
                                   di_r/dt = -i_r/tau_r : amp""" + run.filters(),
                       threshold="v > v_peak", reset="v = v_reset\nz += b", refractory=2 * ms,
                       method="rk4" if run.case == "adex" else "euler", namespace=ns)
    c.v = run.column("v") * mV
    s = run.plastic(run.source(), c, "i_s_post += w*scale", ns)
    run.fixed(c, ("amp", "i_r_post += w"), pA, 0.8 * ms)
    run.done(c, s)


def izhikevich(run):
    b2 = run.b2
    from brian2 import ms, mV

    ns = dict(a=0.02, b=0.2, v_reset=-65 * mV, d=8 * mV, scale=60 * mV)
    c = b2.NeuronGroup(NEURONS, """dv/dt = (0.04/mV*v**2 + 5*v + 140*mV - u + I)/ms : volt
                                   du/dt = a*(b*v - u)/ms : volt
                                   I : volt""" + run.filters(),
                       threshold="v >= 30*mV", reset="v = v_reset\nu += d", method="euler", namespace=ns)
    c.v = run.column("v") * mV
    c.u = -14 * mV
    # A pulse is integrated once.
    c.run_regularly("I = 0*mV", when="after_groups", dt=b2.defaultclock.dt)
    s = run.plastic(run.source(), c, "I_post += w*scale", ns)
    run.fixed(c, ("1", "v_post += w*mV"), 1, 0 * ms)
    run.done(c, s)


def hodgkin_huxley(run):
    b2 = run.b2
    from brian2 import ms, mS, mV, uF, uS

    ns = dict(C=1 * uF, g_Na=120 * mS, g_K=36 * mS, g_L=0.3 * mS, E_Na=50 * mV, E_K=-77 * mV, E_L=-54.387 * mV,
              tau_s=5 * ms, tau_r=10 * ms, E_s=0 * mV, E_r=-80 * mV, scale=60 * uS)
    c = b2.NeuronGroup(NEURONS, """
        dv/dt = (g_s*(E_s - v) + g_r*(E_r - v) - g_Na*m**3*h*(v - E_Na) - g_K*n**4*(v - E_K) - g_L*(v - E_L))/C : volt
        dm/dt = a_m*(1 - m) - b_m*m : 1
        dh/dt = a_h*(1 - h) - b_h*h : 1
        dn/dt = a_n*(1 - n) - b_n*n : 1
        dg_s/dt = -g_s/tau_s : siemens
        dg_r/dt = -g_r/tau_r : siemens
        a_m = 1/ms/exprel(-(v + 40*mV)/(10*mV)) : Hz
        b_m = 4/ms*exp(-(v + 65*mV)/(18*mV)) : Hz
        a_h = 0.07/ms*exp(-(v + 65*mV)/(20*mV)) : Hz
        b_h = 1/ms/(1 + exp(-(v + 35*mV)/(10*mV))) : Hz
        a_n = 0.1/ms/exprel(-(v + 55*mV)/(10*mV)) : Hz
        b_n = 0.125/ms*exp(-(v + 65*mV)/(80*mV)) : Hz""" + run.filters(),
                       threshold="v > 0*mV", refractory="v > 0*mV", method="rk4", namespace=ns)
    c.v = run.column("v") * mV
    c.m, c.h, c.n = 0.052932, 0.596121, 0.317677
    s = run.plastic(run.source(), c, "g_s_post += w*scale", ns)
    run.fixed(c, ("siemens", "g_r_post += w"), uS, 0.83 * ms)
    run.done(c, s)


def cuba(run):
    b2 = run.b2
    from brian2 import ms, mV

    ns = dict(tau_m=20 * ms, tau_e=5 * ms, tau_i=10 * ms, v_rest=-49 * mV, v_th=-50 * mV, v_reset=-60 * mV,
              tau_plus=20 * ms, tau_minus=20 * ms, a_plus=0.01, a_minus=0.0105, w_max=6.48 * mV)
    c = b2.NeuronGroup(500, """dv/dt = (ge + gi - (v - v_rest))/tau_m : volt (unless refractory)
                               dge/dt = -ge/tau_e : volt
                               dgi/dt = -gi/tau_i : volt""",
                       threshold="v > v_th", reset="v = v_reset", refractory=5 * ms, method="exact", namespace=ns)
    c.v = run.column("v") * mV
    e, i = c[:400], c[400:]
    s = b2.Synapses(e, e, PAIR.format(unit="volt"), on_pre="ge_post += w\n" + PAIR_PRE, on_post=PAIR_POST, namespace=ns)
    run.connect(s, "edges")
    s.w = 3.24 * mV
    s.pre.delay = 0.1 * ms
    run.connect(b2.Synapses(e, i, on_pre="ge_post += 3.24*mV", delay=0.1 * ms), "edges-ei")
    run.connect(b2.Synapses(i, c, on_pre="gi_post -= 18*mV", delay=0.1 * ms), "edges-i")
    run.done(c, s, mV)


CASES = {
    "lif-current": lif_current,
    "lif-conductance": lif_conductance,
    "adex": adex,
    "adex-clopath": adex,
    "izhikevich": izhikevich,
    "hodgkin-huxley": hodgkin_huxley,
    "cuba": cuba,
}


def main():
    if sys.argv[1] == "draw":
        draw(sys.argv[2], pathlib.Path(sys.argv[3]))
    else:
        case, rule, folder, out = sys.argv[2:]
        CASES[case](Run(case, rule, pathlib.Path(folder), pathlib.Path(out)))


if __name__ == "__main__":
    main()
