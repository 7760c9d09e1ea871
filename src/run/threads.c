/* From the load of the machine to a number of threads. */
#include "run/threads.h"

#include <time.h>

#include "run/resume.h"

#define SHORTEST .25 /* seconds that tell enough: the kernel counts in hundredths, core by core */

static void sleep_for(double seconds) {
    const struct timespec pause = {.tv_nsec = (long)(1e9 * seconds)};
    nanosleep(&pause, NULL);
}

/* Cores that others keep busy. On a machine where nobody else runs this very moment nobody waits for an answer. */
static double others(const dk_load *began) {
    dk_load now = dk_load_look();
    const double passed = now.at - began->at;
    if (now.running == 1) {
        return 0;
    }
    if (passed < SHORTEST) {
        sleep_for(SHORTEST - passed);
        now = dk_load_look();
    }
    return dk_load_others(began, &now);
}

static int left(const dk_trainer *t, const dk_load *began) {
    const int cores = dk_load_cores();
    const double busy = cores > 1 ? others(began) : 0;
    const int threads = dk_load_left(cores, busy);
    if (threads == cores) {
        return 0;
    }
    dk_note(
        &t->options->log,
        "other programs keep %.1f of %d cores busy: computing on %d thread%s; -threads %d takes all cores",
        busy, cores, threads, threads == 1 ? "" : "s", cores);
    return threads;
}

int dk_trainer_threads(const dk_trainer *t, const dk_load *began) {
    const dk_run_options *o = t->options;
    if (o->threads > 0) {
        return o->threads;
    }
    if (t->joined.comm->world > 1) {
        return t->joined.comm->cores;
    }
    if (o->resume) {
        return dk_trainer_begun_threads(t);
    }
    return o->leave_busy ? left(t, began) : 0;
}
