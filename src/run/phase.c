/* From step to phase, and from phase to phase. */
#include "run/phase.h"

#include <math.h>

/* Epochs after which no layer is held by freeze_until any more. */
static int thawed_after(const dk_net *net) {
    int most = 0;
    for (int i = 0; i < net->count; i++) {
        const int until = net->layers[i].common.freeze_until;
        most = until > most ? until : most;
    }
    return most;
}

/* The last epoch up to `epoch` that ended somebody's waiting: between two of these the frozen layers are the same. */
static int turn_before(const dk_net *net, long epoch) {
    int turn = 0;
    for (int i = 0; i < net->count; i++) {
        const int until = net->layers[i].common.freeze_until;
        turn = until <= epoch && until > turn ? until : turn;
    }
    return turn;
}

static dk_phase phase_of(const dk_settings *s, int width, int epoch) {
    const bool own = width == s->net.width; /* nets without a size have width 0 */
    const int height = own ? s->net.height : (int)lround((double)width * s->net.height / s->net.width);
    return (dk_phase){.width = width, .height = height, .epoch = epoch};
}

dk_phase dk_phase_at(const dk_trainer *t, long step) {
    const dk_settings *s = dk_trainer_settings(t);
    const long epoch = step * dk_trainer_batch(t) / t->train->count;
    const int turn = t->model.net != NULL ? turn_before(t->model.net, epoch) : 0;
    const int width = dk_stages_width(&s->train.stages, step, t->steps, s->net.width);
    return phase_of(s, width, turn);
}

void dk_phase_options(const dk_phase *phase, dk_net_build_options *build) {
    build->width = phase->width;
    build->height = phase->height;
    build->epoch = phase->epoch;
}

static bool equal(const dk_phase *a, const dk_phase *b) {
    return a->width == b->width && a->height == b->height && a->epoch == b->epoch;
}

/* The net of another phase over the parameters of the one that learns now. */
static dk_status build(dk_net **out, const dk_trainer *t, const dk_phase *phase, size_t max_memory,
                       dk_error *err) {
    dk_net_build_options options = t->model.net->options;
    dk_phase_options(phase, &options);
    options.max_memory = max_memory;
    return dk_net_twin(out, t->model.net, &options, err);
}

static dk_status check_width(const dk_trainer *t, int width, dk_error *err) {
    const float stride = dk_net_stride(t->model.net);
    if ((float)width >= stride) {
        return DK_OK;
    }
    return dk_section_fail(
        &t->model.cfg->sections[0], "stages", err,
        "a stage of %d pixels is smaller than the network's stride of %g: its last cells would see "
        "mostly padding; %g at least",
        width, (double)stride, (double)stride);
}

/* Somebody must learn while the others wait, and who waits for longer than the run is better told. */
static dk_status check_waiting(const dk_trainer *t, dk_error *err) {
    const dk_net *net = t->model.net;
    const int thawed = thawed_after(net);
    const dk_layer *last = NULL;
    bool any = false;
    for (int i = 0; i < net->count; i++) {
        last = net->layers[i].common.freeze_until > 0 ? &net->layers[i] : last;
        any = any || dk_layer_learns(&net->layers[i]);
    }
    if (last != NULL && !any) {
        return dk_section_fail(
            last->section, "freeze_until", err,
            "freeze_until=%d freezes every layer that could learn; the classifier, which learns "
            "first, must come after it",
            last->common.freeze_until);
    }
    if (thawed >= t->epochs && last != NULL) {
        dk_warn(&t->options->log,
                "%s: freeze_until=%d, but the run ends after %d epoch%s: these layers never learn",
                t->model.cfg->path, thawed, t->epochs, t->epochs == 1 ? "" : "s");
    }
    return DK_OK;
}

static dk_status check_phase(const dk_trainer *t, int width, size_t max_memory, size_t *most, dk_error *err) {
    const dk_phase phase = phase_of(dk_trainer_settings(t), width, thawed_after(t->model.net));
    dk_net *net = NULL;
    DK_TRY(build(&net, t, &phase, max_memory, err));
    const size_t bytes = dk_net_bytes_sum(&net->bytes);
    *most = bytes > *most ? bytes : *most;
    dk_net_free(net);
    return DK_OK;
}

dk_status dk_phase_check_all(const dk_trainer *t, size_t max_memory, size_t *most, dk_error *err) {
    const dk_stages *stages = &dk_trainer_settings(t)->train.stages;
    *most = dk_net_bytes_sum(&t->model.net->bytes);
    DK_TRY(check_waiting(t, err));
    if (stages->count == 0 && thawed_after(t->model.net) > 0) {
        DK_TRY(check_phase(t, dk_trainer_settings(t)->net.width, max_memory, most, err));
    }
    for (int i = 0; i < stages->count; i++) {
        DK_TRY(check_width(t, stages->stage[i].size, err));
        DK_TRY(check_phase(t, stages->stage[i].size, max_memory, most, err));
    }
    return DK_OK;
}

static dk_status enter(dk_trainer *t, const dk_phase *to, dk_error *err) {
    const dk_phase phase = *to;
    dk_net *net = NULL;
    DK_TRY(build(&net, t, &phase, 0, err));
    dk_solver_aim(t->solver, net);
    dk_net_free(t->model.net);
    t->model.net = net;
    DK_TRY(dk_teachers_reshape(&t->teachers, phase.width, phase.height, err));
    if (t->train_loader != NULL && (phase.width != t->phase.width || phase.height != t->phase.height)) {
        const long first = t->step * dk_trainer_settings(t)->net.subdivisions;
        DK_TRY(dk_stream_reshape(t->train_loader, phase.height, phase.width, dk_net_truth_shape(net), first,
                                 err));
    }
    t->phase = phase;
    dk_note(&t->options->log, "from step %ld on: %d x %d%s", t->step + 1, phase.width, phase.height,
            phase.epoch < thawed_after(net) ? ", first layers frozen" : "");
    return DK_OK;
}

/* All ranks come to it at the same step. */
dk_status dk_phase_enter(dk_trainer *t, dk_error *err) {
    const dk_phase phase = dk_phase_at(t, t->step);
    return equal(&phase, &t->phase) ? DK_OK : dk_comm_agree(t->joined.comm, enter(t, &phase, err), err);
}
