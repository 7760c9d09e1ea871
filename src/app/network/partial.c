/* `network partial`: the first N layers of a weights file, as the start of another training. */
#include <string.h>

#include "app/setup.h"
#include "base/file.h"
#include "net/weights.h"

static const dk_flag_table tables[] = {{.rows = dk_flags_weights}, {0}};

static dk_status cut(const dk_call *call, dk_model *m, dk_error *err) {
    const char *from = dk_share_find(call->args[1], call->arena), *to = call->args[2];
    const dk_model_options options = dk_setup_model(call, call->flags, call->args[0], NULL);
    dk_weights_info info = {0};
    long layers = 0;
    if (!from) {
        return dk_no_memory(err, strlen(call->args[1]), "the path of the weights");
    }
    if (dk_path_same(from, to)) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: OUT is WEIGHTS itself, whose other layers would be lost; "
                       "name another file",
                       to);
    }
    DK_TRY(dk_model_open(m, &options, err));
    if (!dk_text_int(call->args[3], &layers) || layers < 1 || layers > m->net->count) {
        return dk_fail(err, DK_EUSAGE, "N=%s: wanted is a number of layers, 1..%d", call->args[3],
                       m->net->count);
    }
    const bool features = layers <= dk_weights_classifier(m->net);
    DK_TRY((features ? dk_weights_load_features : dk_weights_load)(m->net, from, &info, err));
    if (info.loaded < layers) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: holds only the first %d layers of %s; at most these can be saved", from,
                       info.loaded, m->cfg->path);
    }
    return dk_weights_save(m->net, to, 0, (int)layers, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    dk_model model = {0};
    const dk_status status = cut(call, &model, err);
    dk_model_close(&model);
    return status;
}

const dk_action dk_action_partial = {
    .name = "partial",
    .args = "CFG WEIGHTS OUT N",
    .help = "save the first N layers of WEIGHTS to OUT, as a start for training",
    .more = "WEIGHTS may be for another number of classes than CFG where N ends before the classifier.\n",
    .min = 4,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(dk_model_flags),
    .run = run,
};
