"""Runs a program that simulates with Brian 2's C++ standalone mode whenever a line comes in: peer.py PROGRAM [OPTIONS].

Its network is compiled once; each line of input runs the binary again and is answered by a line of JSON: loop_s, the
seconds of the loop over time steps alone, cpu_s, and, in the first answer, build_s. At the end of input the program
goes on and prints its own line. Such programs use a module brianlib with a function execute, which is replaced.
"""
import atexit
import json
import os
import resource
import runpy
import shutil
import sys
import tempfile
import time


def execute(b2, a, net, seconds):
    folder = tempfile.mkdtemp(prefix="brian_")
    watch = peerlib.Clock()
    watch.__enter__()
    try:
        net.run(seconds * b2.second)
        b2.device.build(directory=folder, compile=True, run=False, with_output=False)
        a.build.__exit__()
        print(json.dumps({"build_s": a.build.s}), flush=True)
        for _ in iter(sys.stdin.readline, ""):
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            b2.device.run(folder, with_output=False, run_args=[])
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(json.dumps({
                "loop_s": b2.device._last_run_time,
                "process_s": time.perf_counter() - started,
                "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            }), flush=True)
        watch.__exit__()
        return watch, {}
    finally:
        # The program reads results from files there before it ends.
        atexit.register(shutil.rmtree, folder, True)


program = os.path.abspath(sys.argv[1])
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(program))
import brianlib
import peerlib

brianlib.execute = execute
runpy.run_path(program, run_name="__main__")
