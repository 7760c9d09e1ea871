/* `dataset pack`: the pictures of a .data file as tar archives, with what is true of them. */
#include <stdlib.h>
#include <string.h>

#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "data/pack.h"
#include "data/truth.h"

typedef struct {
    size_t most;
    const char *truth;
    dk_model_flags model; /* of which -seed and -set are taken */
} flags;

#define AT(field) offsetof(flags, field)
static const char *const truths[] = {"class", "values", "planes", "none", NULL};
static const dk_truth_kind *const kinds[] = {&dk_truth_class, &dk_truth_values, &dk_truth_planes, NULL};
static const dk_flag own[] = {
    {"size", DK_FLAG_BYTES, AT(most), .value = "128M", .help = "bytes of an archive, about (default: 128M)"},
    {"truth", DK_FLAG_WORD, AT(truth), .words = truths,
     .help =
         "what goes with a picture: its class (.cls), numbers (.txt), mask (.mask.png), or nothing (default: "
         "values where the .data file has outputs, else class)"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = own}, {.rows = dk_flags_seed, .at = AT(model)}, {.rows = dk_flags_set, .at = AT(model)}, {0}};

static const dk_truth_kind *kind_of(const flags *f, const dk_data *data) {
    for (size_t i = 0; f->truth != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i] == NULL || strcmp(kinds[i]->name, f->truth) == 0) {
            return kinds[i];
        }
    }
    return data->conf.outputs > 0 ? &dk_truth_values : &dk_truth_class;
}

/* Prints the line that a .data file of the archives has. */
static dk_status pack(const dk_call *call, const dk_data *data, const char *name, const char *source,
                      dk_error *err) {
    const flags *const f = call->flags;
    const dk_pack_conf conf = {.folder = call->args[1],
                               .name = name,
                               .most = f->most > 0 ? f->most : (size_t)128 << 20,
                               .seed = f->model.seed > 0 ? (uint64_t)f->model.seed : 1};
    dk_dataset *set = NULL;
    dk_packed packed;
    DK_TRY(dk_data_open(&set, data, source, kind_of(f, data), &call->log, err));
    const dk_status status = dk_pack(set, &conf, &packed, err);
    dk_dataset_close(set);
    DK_TRY(status);
    dk_say("%s = %s\n", name, packed.source);
    dk_note(&call->log, "%s: %d pictures in %d archive%s", name, packed.pictures, packed.archives,
            packed.archives == 1 ? "" : "s");
    free(packed.source);
    return DK_OK;
}

static dk_status pack_all(const dk_call *call, const dk_data *data, dk_error *err) {
    const struct {
        const char *name, *source;
    } splits[] = {{"train", data->conf.train}, {"valid", data->conf.valid}, {"test", data->conf.test}};
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        const char *const source = splits[i].source;
        if (i > 0 && (source == NULL || !dk_dataset_there(source))) {
            dk_note(&call->log, "%s: %s; passed over", splits[i].name,
                    source != NULL ? source : "not named in the .data file");
        } else {
            DK_TRY(pack(call, data, splits[i].name, source, err));
        }
    }
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *const f = call->flags;
    dk_data *data = NULL;
    DK_TRY(dk_data_load(&data, call->args[0], f->model.set.data, &call->log, err));
    const dk_status status = pack_all(call, data, err);
    dk_data_close(data);
    return status;
}

const dk_action dk_action_pack = {
    .name = "pack",
    .args = "DATA OUT",
    .help = "write the pictures of a .data file to tar archives in the folder OUT, with what is true of them",
    .more =
        "The archives (OUT/train-000000.tar and so on, each with an index of sizes and CRC-32) are read as "
        "folders "
        "are: train= "
        "may\n"
        "name t-{000000..000146}.tar, and so may WebDataset. What is printed are the lines of a .data file. "
        "Pictures are\n"
        "written in an order shuffled by -seed, and read back in their own.\n",
    .min = 2,
    .max = 2,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
