/* A line per step, as AlexeyAB's Darknet has it for classifiers:
 *
 *     step, epoch: loss, average avg, rate rate, seconds seconds, images images, hours hours left
 *
 * The average is .9 of itself and .1 of the loss. Seconds are of the clock since the line before, where Darknet adds
 * up the time of all threads. After a validation: " accuracy topK = share". */
#include "app/classifier/classic.h"

#include <math.h>
#include <stdio.h>

#include "app/say.h"
#include "run/classifier.h"

static bool begin(void *user, const dk_run_info *run) {
    dk_classic *c = user;
    dk_say("%s\n%d\n", run->base, run->train->count);
    c->batch = run->batch;
    c->top = run->data->conf.top < run->data->conf.classes ? run->data->conf.top : run->data->conf.classes;
    return true;
}

static bool step(void *user, const dk_step_event *e) {
    dk_classic *c = user;
    c->average = isnan(c->average) ? e->batch.value[DK_FIGURE_LOSS]
                                   : .9 * c->average + .1 * e->batch.value[DK_FIGURE_LOSS];
    dk_say("%ld, %.3f: %f, %f avg, %f rate, %f seconds, %ld images, %f hours left\n", e->step, e->epoch,
           e->batch.value[DK_FIGURE_LOSS], c->average, e->rate, e->seconds - c->seconds, e->step * c->batch,
           e->seconds_left / 3600);
    fflush(stdout);
    c->seconds = e->seconds;
    return true;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    const dk_classic *c = user;
    if (e->valid) {
        dk_say("\n accuracy top%d = %f \n", c->top, dk_figures_get(e->valid, DK_FIGURE_TOP_K));
        fflush(stdout);
    }
    return true;
}

dk_observer dk_classic_observer(dk_classic *c) {
    *c = (dk_classic){.average = NAN};
    return (dk_observer){.user = c, .on_begin = begin, .on_step = step, .on_epoch = epoch};
}
