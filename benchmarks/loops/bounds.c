/* The inner loops of bounds.rule by hand: gcc -O3 -march=native -ffast-math bounds.c -o bounds && ./bounds 1024 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void clipped(int n, float *restrict w, const float *restrict x, const float *restrict y, float a, float b) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            float v = w[(size_t) i * n + j] + a * x[i] * y[j] - b * y[j];
            w[(size_t) i * n + j] = v < -1 ? -1 : v > 1 ? 1 : v;
        }
    }
}

static void softly(int n, float *restrict w, const float *restrict x, const float *restrict y, float a, float b) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            float p = x[i] * y[j], v = w[(size_t) i * n + j];
            w[(size_t) i * n + j] = v + a * (1 - v) * (p > 0 ? p : 0) - b * (1 + v) * (p < 0 ? -p : 0);
        }
    }
}

static int ascending(const void *a, const void *b) {
    double d = *(const double *) a - *(const double *) b;
    return d < 0 ? -1 : d > 0;
}

int main(int count, char **argument) {
    int n = count > 1 ? atoi(argument[1]) : 1024, rounds = 200;
    float *w = malloc(sizeof(float) * n * n), *x = malloc(sizeof(float) * n), *y = malloc(sizeof(float) * n);
    double *times = malloc(sizeof(double) * rounds);
    for (int i = 0; i < n; i++) {
        x[i] = (i * 37 % 101 - 50) / 50.0f;
        y[i] = (i * 53 % 103 - 51) / 51.0f;
    }
    for (int rule = 0; rule < 2; rule++) {
        for (size_t i = 0; i < (size_t) n * n; i++) {
            w[i] = (float) (i * 2654435761u % 1000) / 1000 - 0.5f;
        }
        for (int round = 0; round < rounds; round++) {
            double start = now();
            (rule == 0 ? clipped : softly)(n, w, x, y, 0.01f, 0.0105f);
            times[round] = now() - start;
        }
        qsort(times, rounds, sizeof(double), ascending);
        printf("%s %d: %.1f us, %.3f ns a synapse (%g)\n", rule == 0 ? "clipped" : "softly bounded", n,
               times[rounds / 2], times[rounds / 2] * 1e3 / n / n, w[n]);
    }
    return 0;
}
