#!/usr/bin/env python3
"""Kernels of a training step one by one: kernels.py [--sizes 256,1024,2048] [--out FILE.json].

Runs KernelBenchmark (JMH) on layers of n by n with batches of 128, one thread, and prints for each kernel and size its
median time, elements a second, bytes a second, and the share of the limit that binds it: the products' rate of the BLAS
(NumPy, a product of 2048 x 2048), or the rate at which gcc's loop reads and writes an array as large as what the kernel
touches. Updates inside bounds are compared with the same loops by hand (loops/bounds.c), compiled by gcc -O3, and by gcc -O3
-march=native -ffast-math, which may use wider registers and need not keep NaN. Build first:
mvn -q package -DskipTests -pl benchmarks -am
"""
import argparse
import json
import os
import re
import subprocess
import tempfile

from processor import choose_blas_kernels

HERE = os.path.dirname(os.path.abspath(__file__))
LANES = 128
FLOAT = 4


class Kernel:
    """What a kernel does with layers of n: its elements, the floats it reads and writes for each, and its products."""

    def __init__(self, name, what, elements, floats, terms=0, by_hand=None):
        self.name, self.what, self.elements, self.floats, self.terms, self.by_hand = (
            name, what, elements, floats, terms, by_hand)


def lanes(n):
    return LANES * n


def weights(n):
    return n * n


KERNELS = [
    Kernel("0 multiply_y_u", "product, forward", lanes, 2, terms=lambda n: n),
    Kernel("0 multiply_h_delta", "product, backward", lanes, 2, terms=lambda n: n),
    Kernel("0 multiply_h_y_w", "product into the weights", weights, 2, terms=lambda n: LANES),
    Kernel("0 update_y_u", "bias and tanh", lanes, 3),
    Kernel("0 update_h_delta", "slope times delta", lanes, 3),
    Kernel("1 update_h_y_w_m", "Adam", weights, 7),
    Kernel("2 update_h_y_w", "traces, clipped", weights, 2, by_hand="clipped"),
    Kernel("3 update_h_y_w", "traces, soft bounds", weights, 2, by_hand="softly bounded"),
]


def jmh(chosen, folder):
    """Median microseconds by kernel and size."""
    out = os.path.join(folder, "jmh.json")
    library = os.path.join(folder, "libsystemblas.so")
    system = "/usr/lib/%s-linux-gnu/libopenblas.so.0" % os.uname().machine
    blas = []
    if os.path.exists(system):
        os.symlink(system, library)
        blas = ["-jvmArgsPrepend", "-Dorg.bytedeco.openblas_nolapack.load=systemblas -Djava.library.path=" + folder]
    target = os.path.join(HERE, "target")
    experiment = os.path.join(HERE, "loops", "kernels.exp")
    subprocess.run(["java", "-cp", "%s/classes:%s/lib/*" % (target, target), "org.openjdk.jmh.Main", "KernelBenchmark",
                    *blas, "-jvmArgsAppend", "-Dkernels=" + experiment, "-p", "n=" + chosen.sizes, "-rf", "json", "-rff", out],
                   check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    with open(out) as file:
        return {(row["params"]["kernel"], int(row["params"]["n"])): row["primaryMetric"]["scorePercentiles"]["50.0"]
                for row in json.load(file)}


FASTEST = ["-march=native", "-ffast-math"]


def compiled(folder, name, options):
    program = os.path.join(folder, name + "".join(options))
    subprocess.run(["gcc", "-O3", *options, os.path.join(HERE, "loops", name + ".c"), "-o", program, "-lm"], check=True)
    return program


def gigaflops(python):
    """The rate of a large product on one thread."""
    code = ("import time, numpy\n"
            "a = numpy.ones((2048, 2048), 'f4'); b = a + 1; c = a @ b; times = []\n"
            "for _ in range(15):\n"
            "    start = time.perf_counter(); numpy.matmul(a, b, out=c); times.append(time.perf_counter() - start)\n"
            "print(2 * 2048 ** 3 / sorted(times)[7] / 1e9)")
    return float(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True,
                                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="256,1024,2048")
    parser.add_argument("--python", default="/usr/bin/python3", help="a Python with NumPy on the system's BLAS")
    parser.add_argument("--out", help="keep what was measured in this file")
    chosen = parser.parse_args()
    choose_blas_kernels()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        micros = jmh(chosen, folder)
        limits = compiled(folder, "limits", FASTEST)
        bounds = {"plain": compiled(folder, "bounds", []), "fastest": compiled(folder, "bounds", FASTEST)}
        peak = gigaflops(chosen.python)
        by_hand = {}
        for size in sizes:
            for options, program in bounds.items():
                printed = subprocess.run([program, str(size)], check=True, capture_output=True, text=True).stdout
                for rule, time in re.findall(r"^(.*) \d+: ([0-9.]+) us", printed, re.M):
                    by_hand[rule, size, options] = float(time)
        rows = []
        for kernel in KERNELS:
            for size in sizes:
                elements = kernel.elements(size)
                touched = FLOAT * kernel.floats * elements
                if kernel.terms:
                    touched += FLOAT * LANES * size
                flops = 2 * kernel.terms(size) * elements if kernel.terms else 0
                rate = float(subprocess.run([limits, str(touched / 1e6)], check=True, capture_output=True,
                                            text=True).stdout)
                time = micros[kernel.name, size]
                least = max(touched / rate / 1e3, flops / peak / 1e3)
                rows.append({"kernel": kernel.name, "what": kernel.what, "n": size, "us": time, "elements": elements,
                             "bytes": touched, "flops": flops, "limit_us": least, "bandwidth": rate, "peak": peak,
                             "by_hand_us": [by_hand.get((kernel.by_hand, size, options)) for options in bounds]})
    if chosen.out:
        with open(chosen.out, "w") as file:
            json.dump(rows, file, indent=1)
    print("Products reach %.0f GFLOP/s (2048 x 2048, one thread).\n" % peak)
    print("| kernel | n | us | elements/s | bytes/s | limit | share of it | time over gcc -O3's, and with %s |" % " ".join(FASTEST))
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        limit = ("%.0f GFLOP/s" % row["peak"] if row["flops"] / row["peak"] / 1e3 >= row["limit_us"]
                 else "%.0f GB/s" % row["bandwidth"])
        print("| %s | %d | %.1f | %.3g G | %.3g GB | %s | %.0f %% | %s |" % (
            row["what"], row["n"], row["us"], row["elements"] / row["us"] / 1e3, row["bytes"] / row["us"] / 1e3, limit,
            100 * row["limit_us"] / row["us"],
            ", ".join("%.2f" % (row["us"] / us) for us in row["by_hand_us"] if us)))


if __name__ == "__main__":
    main()
