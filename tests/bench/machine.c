/* The machine at hand: what it is called, what it can do at most, and what others do on it meanwhile. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/text.h"
#include "bench/bench.h"
#include "bench/peak.h"

#define LOADED .1 /* cores of others from which on a row is marked */

/* The value of a line "key : value" of /proc/cpuinfo; "" without one. */
static void processor_line(const char *key, char *out, size_t room) {
    char line[1024];
    FILE *f = fopen("/proc/cpuinfo", "re");
    out[0] = '\0';
    while (f != NULL && out[0] == '\0' && fgets(line, sizeof line, f) != NULL) {
        char *const colon = strchr(line, ':');
        if (colon != NULL && strncmp(line, key, strlen(key)) == 0) {
            *colon = '\0';
            if (strcmp(dk_text_trim(line), key) == 0) {
                snprintf(out, room, "%s", dk_text_trim(colon + 1));
            }
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

/* Cloud processors are often called by their maker alone, so family and model are told, too. */
static void name_processor(char *out, size_t room) {
    char name[96], family[16], model[16];
    struct utsname system;
    processor_line("model name", name, sizeof name);
    processor_line("cpu family", family, sizeof family);
    processor_line("model", model, sizeof model);
    if (name[0] == '\0') {
        uname(&system);
        snprintf(out, room, "%.64s", system.machine);
    } else if (family[0] == '\0' || model[0] == '\0') {
        snprintf(out, room, "%s", name);
    } else {
        snprintf(out, room, "%s (family %s, model %s)", name, family, model);
    }
}

dk_status bench_machine_look(bench_machine *m, int threads, dk_error *err) {
    bool capped = false;
    *m = (bench_machine){.cores = dk_load_cores()};
    name_processor(m->processor, sizeof m->processor);
    DK_TRY(dk_isa_pick(&m->isa, &capped, err));
    const int most = threads < 1 || threads > m->cores ? m->cores : threads;
    for (int p = 0; p < DK_PRECISIONS; p++) {
        DK_TRY(bench_peak(&m->one[p], (dk_precision)p, m->isa, 1, err));
        DK_TRY(bench_peak(&m->peak[p], (dk_precision)p, m->isa, most, err));
    }
    return DK_OK;
}

void bench_machine_tell(const bench_machine *m, cJSON *json) {
    printf("%s, %d core%s, instructions: %s\n", m->processor, m->cores, m->cores == 1 ? "" : "s",
           dk_isa_name(m->isa));
    cJSON_AddStringToObject(json, "processor", m->processor);
    cJSON_AddNumberToObject(json, "cores", m->cores);
    cJSON_AddStringToObject(json, "isa", dk_isa_name(m->isa));
    cJSON *peaks = cJSON_AddObjectToObject(json, "peak_gflops");
    for (int p = 0; p < DK_PRECISIONS; p++) {
        const char *const name = dk_precision_name((dk_precision)p);
        if (m->peak[p] > 0) {
            printf("peak of multiply-adds in %s: %.0f GFLOP/s, %.0f with one thread\n", name, m->peak[p],
                   m->one[p]);
            cJSON *o = cJSON_AddObjectToObject(peaks, name);
            cJSON_AddNumberToObject(o, "all", m->peak[p]);
            cJSON_AddNumberToObject(o, "one", m->one[p]);
        }
    }
    fflush(stdout);
}

/* ---- what others do during a row ---- */

/* Seconds of processor time of the process that keeps a core busy on purpose. */
static double busy_seconds(const bench_arguments *a) {
    clockid_t clock;
    struct timespec t = {0};
    if (a->busy > 0 && clock_getcpuclockid((pid_t)a->busy, &clock) == 0) {
        clock_gettime(clock, &t);
    }
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bench_load bench_load_begin(const bench_arguments *a) {
    return (bench_load){.machine = dk_load_look(), .busy = busy_seconds(a)};
}

double bench_load_add(const bench_arguments *a, const bench_load *from, cJSON *o) {
    const bench_load to = bench_load_begin(a);
    const double seconds = to.machine.at - from->machine.at;
    const double busy = seconds > 0 ? (to.busy - from->busy) / seconds : 0;
    const double others = fmax(dk_load_others(&from->machine, &to.machine) - busy, 0);
    cJSON_AddNumberToObject(o, "others", others);
    cJSON_AddBoolToObject(o, "loaded", others >= LOADED);
    if (a->busy > 0) {
        cJSON_AddNumberToObject(o, "busy", busy);
    }
    return others;
}

void bench_load_end(const bench_arguments *a, const bench_load *from, cJSON *o) {
    const double others = bench_load_add(a, from, o);
    if (others >= LOADED) {
        printf("  under load: %.2f cores", others);
    }
    printf("\n");
    fflush(stdout);
}
