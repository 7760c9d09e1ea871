/* /proc/stat, as proc(5) describes it: a line per core, "cpu3 user nice system idle iowait irq softirq steal guest
 * guest_nice" in ticks, and "procs_running N". Guests are within user and nice already. What a hypervisor gives to other
 * machines (steal) is not ours either, so it counts as busy. */
#include "base/load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

enum { IDLE = 3, IOWAIT = 4, FIELDS = 8 };

static int count(cpu_set_t *cores) {
    CPU_ZERO(cores);
    return sched_getaffinity(0, sizeof *cores, cores) == 0 ? CPU_COUNT(cores) : 0;
}

int dk_load_cores(void) {
    cpu_set_t cores;
    const int n = count(&cores);
    return n > 0 ? n : 1;
}

/* Ticks of work on the line of a core, behind its name. */
static double ticks(const char *fields) {
    double sum = 0;
    for (int i = 0; i < FIELDS; i++) {
        char *end = NULL;
        const double n = (double)strtoull(fields, &end, 10);
        sum += i == IDLE || i == IOWAIT ? 0 : n;
        fields = end;
    }
    return sum;
}

static void take_line(dk_load *load, const char *line, const cpu_set_t *cores) {
    static const char core[] = "cpu", running[] = "procs_running ";
    if (strncmp(line, running, strlen(running)) == 0) {
        load->running = (int)strtol(line + strlen(running), NULL, 10);
    } else if (strncmp(line, core, strlen(core)) == 0) {
        char *end = NULL;
        const char *const digits = line + strlen(core);
        const unsigned long i = strtoul(digits, &end, 10);
        if (*digits != ' ' && end != digits && i < CPU_SETSIZE && CPU_ISSET(i, cores)) {
            load->busy += ticks(end) / (double)sysconf(_SC_CLK_TCK);
            load->cores++;
        }
    }
}

static double seconds_of(int who) {
    struct rusage use;
    getrusage(who, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

dk_load dk_load_look_at(const char *stat, const cpu_set_t *cores) {
    dk_load load = {.at = dk_clock_now(), .own = seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN)};
    char line[512]; /* longer ones, of interrupts, come in pieces that begin with digits */
    FILE *f = fopen(stat, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        take_line(&load, line, cores);
    }
    if (f != NULL) {
        fclose(f);
    }
    return load;
}

dk_load dk_load_look(void) {
    cpu_set_t cores;
    count(&cores);
    return dk_load_look_at("/proc/stat", &cores);
}

double dk_load_others(const dk_load *from, const dk_load *to) {
    const double seconds = to->at - from->at;
    if (from->cores == 0 || to->cores == 0 || !(seconds > 0)) {
        return 0;
    }
    const double others = ((to->busy - from->busy) - (to->own - from->own)) / seconds;
    return fmin(fmax(others, 0), to->cores);
}

int dk_load_left(int cores, double others) {
    const int left = cores - (int)floor(others + .25);
    return left > 1 ? left : 1;
}
