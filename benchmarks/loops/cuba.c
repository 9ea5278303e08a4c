/* The steps of spiking/cuba-stdp.exp by hand, in plain loops: gcc -O3 -march=native -ffast-math cuba.c -o cuba && ./cuba 4000 [plastic]
   Prints the processor's seconds for each of some seconds of biological time, the rate, and synaptic events a second. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned long long state = 88172645463325252ULL;

static double uniform(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) * 0x1p-53;
}

/* A sparse projection by sources, and by targets. */
typedef struct {
    int *rows, *target, *columns, *synapse, *source;
    float *w;
} edges;

static edges connect(int first, int last, int from, int to, int n, double p, float w) {
    edges e = {calloc(n + 2, sizeof(int)), NULL, calloc(n + 2, sizeof(int)), NULL, NULL, NULL};
    int room = 1024, count = 0;
    e.target = malloc(room * sizeof(int));
    e.source = malloc(room * sizeof(int));
    for (int i = 0; i < n; i++) {
        e.rows[i] = count;
        for (int j = from; i >= first && i < last && j < to; j++) {
            if (uniform() < p) {
                if (count == room) {
                    room *= 2;
                    e.target = realloc(e.target, room * sizeof(int));
                    e.source = realloc(e.source, room * sizeof(int));
                }
                e.target[count] = j;
                e.source[count++] = i;
            }
        }
    }
    e.rows[n] = count;
    e.w = malloc(count * sizeof(float));
    e.synapse = malloc(count * sizeof(int));
    int *source = malloc(count * sizeof(int)), *next = calloc(n + 1, sizeof(int));
    for (int s = 0; s < count; s++) {
        e.w[s] = w;
        next[e.target[s] + 1]++;
    }
    for (int j = 0; j < n; j++) {
        next[j + 1] += next[j];
    }
    memcpy(e.columns, next, (n + 1) * sizeof(int));
    for (int s = 0; s < count; s++) {
        int place = next[e.target[s]]++;
        e.synapse[place] = s;
        source[place] = e.source[s];
    }
    free(e.source);
    free(next);
    e.source = source;
    return e;
}

int main(int arguments, char **argument) {
    int n = arguments > 1 ? atoi(argument[1]) : 4000, plastic = arguments > 2, exc = n / 5 * 4, parts = 4;
    double p = 80.0 / n;
    edges ee = connect(0, exc, 0, exc, n, p, 1.62e-3f), ei = connect(0, exc, exc, n, n, p, 1.62e-3f);
    edges in = connect(exc, n, 0, n, n, p, -9e-3f);
    float *v = calloc(n, sizeof(float)), *ge = calloc(n, sizeof(float)), *gi = calloc(n, sizeof(float));
    float *x = calloc(n, sizeof(float)), *y = calloc(n, sizeof(float));
    int *held = calloc(n, sizeof(int)), *list = malloc(n * sizeof(int));
    for (int i = 0; i < n; i++) {
        v[i] = -0.06f + 0.01f * uniform();
    }
    for (int part = 0; part < parts; part++) {
        long spikes = 0, events = 0;
        double start = now();
        for (int step = 0; step < 10000; step++) {
            for (int i = 0; i < n; i++) {
                int h = held[i] > 0 ? held[i] - 1 : 0;
                held[i] = h;
                float u = 0.99501246f * v[i] + 0.004937935f * ge[i] + 0.0049626455f * gi[i] - 2.4438853e-4f;
                v[i] = h > 0 ? v[i] : u;
                ge[i] *= 0.9801987f;
                gi[i] *= 0.99004984f;
                x[i] *= 0.99501246f;
                y[i] *= 0.99501246f;
            }
            int count = 0;
            for (int i = 0; i < n; i++) {
                if (v[i] > -0.05f && held[i] == 0) {
                    list[count++] = i;
                }
            }
            spikes += count;
            for (int k = 0; k < count; k++) {
                int i = list[k];
                for (int s = ee.rows[i]; s < ee.rows[i + 1]; s++) {
                    int j = ee.target[s];
                    ge[j] += ee.w[s];
                    if (plastic) {
                        float w = ee.w[s] - 3.402e-5f * y[j];
                        ee.w[s] = w < 0 ? 0 : w > 0.00324f ? 0.00324f : w;
                    }
                }
                for (int s = ei.rows[i]; s < ei.rows[i + 1]; s++) {
                    ge[ei.target[s]] += ei.w[s];
                }
                for (int s = in.rows[i]; s < in.rows[i + 1]; s++) {
                    gi[in.target[s]] += in.w[s];
                }
                events += ee.rows[i + 1] - ee.rows[i] + ei.rows[i + 1] - ei.rows[i] + in.rows[i + 1] - in.rows[i];
            }
            for (int k = 0; k < count; k++) {
                int i = list[k];
                x[i] += 1;
                y[i] += 1;
                v[i] = -0.06f;
                held[i] = 50;
            }
            for (int k = 0; plastic && k < count; k++) {
                int j = list[k];
                for (int place = ee.columns[j]; place < ee.columns[j + 1]; place++) {
                    int s = ee.synapse[place];
                    float w = ee.w[s] + 3.24e-5f * x[ee.source[place]];
                    ee.w[s] = w < 0 ? 0 : w > 0.00324f ? 0.00324f : w;
                }
                events += ee.columns[j + 1] - ee.columns[j];
            }
        }
        double seconds = now() - start;
        printf("%d neurons%s: %.4f s, %.2f Hz, %.3g events a second\n", n, plastic ? ", plastic" : "", seconds,
               spikes / (double) n, events / seconds);
    }
    return 0;
}
