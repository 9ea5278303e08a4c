"""The processor that both sides of a comparison run on."""
import os


def choose_blas_kernels():
    """Lets every OpenBLAS that is started from here use the kernels that altdsl's launcher chooses; see there."""
    try:
        with open("/proc/cpuinfo") as file:
            flags = next((line.split() for line in file if line.startswith("flags")), [])
    except OSError:
        return
    if {"avx512f", "avx512vl", "avx512bw", "avx512dq"} <= set(flags):
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    elif {"avx2", "fma"} <= set(flags):
        os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
