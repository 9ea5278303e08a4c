/* What memory allows: gcc -O3 -march=native -ffast-math limits.c -o limits && ./limits MEGABYTES
   prints the GB/s at which one thread reads an array of that size and writes it back. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) {
    double d = *(const double *) a - *(const double *) b;
    return d < 0 ? -1 : d > 0;
}

int main(int count, char **argument) {
    double megabytes = count > 1 ? atof(argument[1]) : 1, times[31];
    size_t n = megabytes * 1e6 / sizeof(float);
    int sweeps = 1 + 50e6 / n;
    float *a = malloc(sizeof(float) * n);
    for (size_t i = 0; i < n; i++) {
        a[i] = 1;
    }
    for (int round = 0; round < 31; round++) {
        double start = now();
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (size_t i = 0; i < n; i++) {
                a[i] *= 0.9999999f;
            }
            __asm__ volatile("" : : "r"(a) : "memory");
        }
        times[round] = (now() - start) / sweeps;
    }
    qsort(times, 31, sizeof(double), ascending);
    printf("%.2f\n", 2 * sizeof(float) * n / times[15] / 1e9);
    return 0;
}
