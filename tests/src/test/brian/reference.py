"""The networks of tests/src/test/resources/brian in Brian 2: draws their inputs, runs them, writes what they did.

    reference.py draw CASE FOLDER        spikes, edges, weights and initial values of a case
    reference.py run  CASE FOLDER OUT    reads these from FOLDER, writes spikes, weights and voltages to OUT

CASE is a folder beside case.exp; each function below says the same network as that file. Everything is in Brian's
default order of events in a step: equations, thresholds, synapses (pre before post), resets. What Brian writes:

    out-spikes.csv    step, neuron            of the simulated neurons
    out-weights.csv   one number a line       of the plastic synapses, in the order of edges.csv
    out-voltage.csv   one number a line       of neuron 0, after steps 0, 100, 200 ...
"""
import pathlib
import sys

import numpy as np

DT = {"hodgkin-huxley": 0.01}
SECONDS = {"hodgkin-huxley": 1.0}


def dt_ms(case):
    return DT.get(case, 0.1)


def seconds(case):
    return SECONDS.get(case, 2.0)


# ---- inputs


def write(folder, name, rows, form):
    text = "".join(form % row + "\n" for row in rows)
    (folder / (name + ".csv")).write_text(text)


def numbers(folder, name, values):
    """Seventeen digits: a double, exactly."""
    write(folder, name, [(float(v),) for v in values], "%.17g")


def draw_spikes(rng, folder, neurons, rate, case, name="spikes"):
    """Each neuron and step with its own chance, as a Poisson process in steps of at most one spike."""
    steps = round(seconds(case) * 1e3 / dt_ms(case))
    step, neuron = np.nonzero(rng.random((steps, neurons)) < rate * dt_ms(case) * 1e-3)
    per_second = 1e3 / dt_ms(case)
    write(folder, name, [(s / per_second, n) for s, n in zip(step, neuron)], "%.17g,%d")


def draw_edges(rng, folder, name, sources, targets, p, loops=True):
    """Pairs in no order, so that nothing depends on it."""
    exists = rng.random((sources, targets)) < p
    if not loops:
        np.fill_diagonal(exists, False)
    pairs = np.argwhere(exists)
    rng.shuffle(pairs)
    write(folder, name, [tuple(pair) for pair in pairs], "%d,%d")
    return len(pairs)


def draw(case, folder):
    rng = np.random.default_rng(sum(map(ord, case)))
    CASES[case][0](rng, folder, case)


# ---- Brian


class Inputs:
    """The files of a case, and the objects that every case has."""

    def __init__(self, case, folder):
        self.case, self.folder = case, folder
        import brian2 as b2

        self.b2 = b2
        b2.prefs.codegen.target = "numpy"
        b2.prefs.logging.file_log = False
        b2.BrianLogger.log_level_error()
        b2.defaultclock.dt = dt_ms(case) * b2.ms

    def table(self, name):
        return np.loadtxt(self.folder / (name + ".csv"), delimiter=",", ndmin=2)

    def column(self, name):
        return self.table(name)[:, 0]

    def source(self, neurons, name="spikes"):
        rows = self.table(name)
        return self.b2.SpikeGeneratorGroup(neurons, rows[:, 1].astype(int), rows[:, 0] * self.b2.second)

    def connect(self, synapses, name):
        rows = self.table(name).astype(int)
        synapses.connect(i=rows[:, 0], j=rows[:, 1])

    def run(self, out, neurons, voltage, plastic, unit, *objects):
        """Runs, and writes what is compared."""
        b2 = self.b2
        spikes = b2.SpikeMonitor(neurons)
        every = 100 * dt_ms(self.case) * b2.ms
        # After everything else in a step; the first step ends at dt.
        trace = b2.StateMonitor(neurons, voltage, record=[0], clock=b2.Clock(dt=every), when="end")
        b2.Network(neurons, spikes, trace, plastic, *objects).run(seconds(self.case) * b2.second)
        step = np.rint(np.asarray(spikes.t / b2.ms) / dt_ms(self.case)).astype(int)
        rows = sorted(zip(step, np.asarray(spikes.i)))
        write(out, "out-spikes", rows, "%d,%d")
        numbers(out, "out-weights", np.asarray(plastic.w[:] / unit))
        numbers(out, "out-voltage", np.asarray(getattr(trace, voltage)[0] / b2.mV))


PAIR = """w : %s
          dx/dt = -x/tau_plus : 1 (event-driven)
          dy/dt = -y/tau_minus : 1 (event-driven)"""
PAIR_PRE = """w = clip(w - a_minus*w_max*y, 0*w_max, w_max)
              x += 1"""
PAIR_POST = """w = clip(w + a_plus*w_max*x, 0*w_max, w_max)
               y += 1"""


def pair(b2):
    return dict(tau_plus=20 * b2.ms, tau_minus=20 * b2.ms, a_plus=0.01, a_minus=0.0105)


# ---- leaky integrate-and-fire, exponential currents, pair STDP


def draw_lif_current(rng, folder, case):
    draw_spikes(rng, folder, 80, 25, case)
    n = draw_edges(rng, folder, "edges", 80, 20, 0.5)
    numbers(folder, "weights", rng.uniform(20, 100, n))
    n = draw_edges(rng, folder, "edges-r", 20, 20, 0.2, loops=False)
    numbers(folder, "weights-r", rng.uniform(-60, 0, n))
    numbers(folder, "v", rng.uniform(-70, -50, 20))


def run_lif_current(inputs, out):
    b2 = inputs.b2
    from brian2 import ms, mV, nS, pA, pF

    ns = dict(C=200 * pF, g_L=10 * nS, v_rest=-70 * mV, v_th=-50 * mV, v_reset=-60 * mV, tau_s=5 * ms, tau_r=10 * ms,
              w_max=100 * pA, **pair(b2))
    c = b2.NeuronGroup(20, """dv/dt = (g_L*(v_rest - v) + i_s + i_r)/C : volt (unless refractory)
                              di_s/dt = -i_s/tau_s : amp
                              di_r/dt = -i_r/tau_r : amp""",
                       threshold="v > v_th", reset="v = v_reset", refractory=5 * ms, method="exact", namespace=ns)
    c.v = inputs.column("v") * mV
    x = inputs.source(80)
    s = b2.Synapses(x, c, PAIR % "amp", on_pre="i_s_post += w\n" + PAIR_PRE, on_post=PAIR_POST, namespace=ns)
    inputs.connect(s, "edges")
    s.w = inputs.column("weights") * pA
    s.pre.delay = 1.5 * ms
    r = b2.Synapses(c, c, "w : amp", on_pre="i_r_post += w")
    inputs.connect(r, "edges-r")
    r.w = inputs.column("weights-r") * pA
    r.pre.delay = 0.8 * ms
    inputs.run(out, c, "v", s, pA, x, r)


CASES = {
    "lif-current": (draw_lif_current, run_lif_current),
}


def main():
    what, case, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    if what == "draw":
        draw(case, folder)
    else:
        CASES[case][1](Inputs(case, folder), pathlib.Path(sys.argv[4]))


if __name__ == "__main__":
    main()
