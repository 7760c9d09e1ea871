/* From the command line to options of the floors below. */
#include "app/setup.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "run/memory.h"

#define MARGIN .05f /* 0 to .05 is best for networks trained on FER2013 */

dk_model_options dk_setup_model(const dk_call *call, const char *cfg, const char *weights) {
    const dk_flags *f = &call->flags;
    return (dk_model_options){.cfg = cfg,
                              .weights = weights,
                              .set = f->set_net,
                              .backend = f->backend,
                              .threads = f->threads,
                              .seed = (uint64_t)f->seed,
                              .build = {.max_memory = dk_memory_limit(f->max_memory)},
                              .log = call->log};
}

dk_status dk_setup_data(dk_data **out, const dk_call *call, const char *path, dk_error *err) {
    const char *found = dk_share_find(path, call->arena);
    if (!found) {
        return dk_no_memory(err, strlen(path), "the path of the .data file");
    }
    DK_TRY(dk_data_load(out, found, call->flags.set_data, err));
    dk_data_tell(*out, &call->log);
    return DK_OK;
}

int dk_setup_top(const dk_call *call, const dk_data *data) {
    const int top = call->flags.top > 0 ? call->flags.top : data->conf.top;
    return top < data->conf.classes ? top : data->conf.classes;
}

int dk_setup_threads(const dk_call *call) {
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return call->flags.threads ? call->flags.threads : cores > 0 ? (int)cores : 1;
}

dk_loader_conf dk_setup_loader(const dk_call *call, const dk_model *model) {
    const dk_shape s = model->net->input.shape;
    return (dk_loader_conf){.batch = model->net->options.n,
                            .channels = s.c,
                            .height = s.h,
                            .width = s.w,
                            .input = &model->settings.input,
                            .seed = model->seed,
                            .threads = dk_setup_threads(call),
                            .max_bad = model->settings.train.max_bad};
}

dk_detector_conf dk_setup_detector(const dk_call *call) {
    return (dk_detector_conf){.cascade = call->flags.cascade, .size = call->flags.detect_size};
}

float dk_setup_margin(const dk_call *call) {
    return call->flags.margin >= 0 ? (float)call->flags.margin : MARGIN;
}
