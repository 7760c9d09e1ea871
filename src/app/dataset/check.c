/* `dataset check`: what is wrong with the pictures of a .data file, and a list of those that are good. */
#include <stdio.h>
#include <string.h>

#include "app/dataset/check_report.h"
#include "app/setup.h"
#include "data/truth.h"
#include "base/file.h"
#include "base/log.h"
#include "data/classes.h"
#include "data/list_paths.h"

typedef struct {
    int json, strict;
    const char *out, *twins, *split;
    dk_model_flags model; /* of which -threads and -set are taken */
} flags;

#define AT(field) offsetof(flags, field)
static const char *const splits[] = {"train", "valid", "test", NULL};
static const dk_flag own[] = {
    {"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"},
    {"out", DK_FLAG_FILE, AT(out), .value = "FILE", .help = "write the list of the good pictures"},
    {"twins", DK_FLAG_FILE, AT(twins), .value = "FILE",
     .help = "write the list of pictures that -out leaves out, for -exclude"},
    {"split", DK_FLAG_WORD, AT(split), .words = splits,
     .help = "whose pictures -out and -twins list (default: valid)"},
    {"strict", DK_FLAG_SWITCH, AT(strict), .help = "classes without a picture are an error, not a warning"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = own}, {.rows = dk_flags_threads, .at = AT(model)}, {.rows = dk_flags_set, .at = AT(model)}, {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_data *data;
    dk_dataset *sets[DK_CHECK_SPLITS];
    dk_check_split splits[DK_CHECK_SPLITS];
    int count;
    int listed; /* the split that -out and -twins are about */
    dk_check *check;
} work;

/* ---- which pictures ---- */

/* Pictures to test with may have no labels; those of the others must. */
static dk_status open_source(work *w, const char *name, const char *source, dk_error *err) {
    dk_dataset **set = &w->sets[w->count];
    dk_status status = dk_data_open(set, w->data, source, &dk_truth_class, &w->call->log, err);
    if (status == DK_EDATA && strcmp(name, "test") == 0) {
        dk_note(&w->call->log, "test: %s; taken without labels", err->text);
        status = dk_data_open(set, w->data, source, NULL, &w->call->log, err);
    }
    return status;
}

/* A source that another split names, too, is passed over, and so is one that is not there; but when train= names nothing, the
 * rest is no data set. */
static dk_status open_split(work *w, const char *name, const char *source, dk_error *err) {
    for (int k = 0; source && k < w->count; k++) {
        if (strcmp(w->splits[k].source, source) == 0) {
            dk_note(&w->call->log, "%s: %s are the pictures of %s; looked at once", name, source,
                    w->splits[k].name);
            return DK_OK;
        }
    }
    if (!source || (strcmp(name, "train") != 0 && !dk_dataset_there(source))) {
        dk_note(&w->call->log, "%s: %s; passed over", name, source ? source : "not named in the .data file");
        return DK_OK;
    }
    DK_TRY(open_source(w, name, source, err));
    w->splits[w->count] = (dk_check_split){name, source, w->sets[w->count]};
    w->count++;
    return DK_OK;
}

static dk_status open_splits(work *w, dk_error *err) {
    const dk_data_conf *conf = &w->data->conf;
    DK_TRY(open_split(w, "train", conf->train, err));
    DK_TRY(open_split(w, "valid", conf->valid, err));
    DK_TRY(open_split(w, "test", conf->test, err));
    if (w->count == 0) { /* says what is missing and how to get it */
        return dk_data_open(&w->sets[0], w->data, conf->train, &dk_truth_class, &w->call->log, err);
    }
    return DK_OK;
}

/* ---- the lists ---- */

static dk_status check_flags(const flags *f, dk_error *err) {
    return !f->split || f->out || f->twins
               ? DK_OK
               : dk_fail(err, DK_EUSAGE, "-split says which pictures -out and -twins list; add one of them");
}

static dk_status find_listed(work *w, dk_error *err) {
    const flags *f = w->flags;
    const char *name = f->split ? f->split : "valid";
    for (w->listed = 0; w->listed < w->count; w->listed++) {
        if (strcmp(w->splits[w->listed].name, name) == 0) {
            return DK_OK;
        }
    }
    return f->out || f->twins
               ? dk_fail(err, DK_EDATA,
                         "%s: there are no %s pictures of their own to list; -split names others",
                         w->data->path, name)
               : DK_OK;
}

static dk_status write_list(const work *w, const char *path, bool good, dk_error *err) {
    dk_buffer text = {0};
    int count = 0;
    dk_status status = DK_OK;
    for (int i = 0; i < w->check->count && status == DK_OK; i++) {
        const dk_check_picture *p = &w->check->pictures[i];
        if (p->split == w->listed && (p->fault == DK_CHECK_GOOD) == good) {
            status = dk_list_put(&text, p->sample->path, err);
            count++;
        }
    }
    if (status == DK_OK) {
        status = text.failed ? dk_no_memory(err, text.size, path)
                             : dk_file_write(path, text.text ? text.text : "", text.size, err);
    }
    dk_buffer_free(&text);
    if (status == DK_OK) {
        dk_note(&w->call->log, "%s: %d %s pictures of %s", path, count, good ? "good" : "other",
                w->splits[w->listed].name);
    }
    return status;
}

static dk_status tell_bare(const work *w, dk_error *err) {
    for (int k = 0; k < w->count; k++) {
        if (w->check->bare[k]) {
            DK_TRY(dk_classes_tell_bare(w->check->bare[k], w->data, w->splits[k].name, w->splits[k].source,
                                        w->flags->strict, &w->call->log, err));
        }
    }
    return DK_OK;
}

static dk_status look(work *w, dk_error *err) {
    const flags *f = w->flags;
    DK_TRY(check_flags(f, err));
    DK_TRY(dk_data_load(&w->data, w->call->args[0], f->model.set.data, &w->call->log, err));
    DK_TRY(open_splits(w, err));
    DK_TRY(find_listed(w, err));
    DK_TRY(dk_check_open(&w->check, w->splits, w->count, dk_setup_threads(f->model.threads), err));
    if (f->json) {
        DK_TRY(dk_check_report_json(w->check, w->data, err));
    } else {
        dk_check_report_text(w->check, w->data);
    }
    DK_TRY(f->out ? write_list(w, f->out, true, err) : DK_OK);
    DK_TRY(f->twins ? write_list(w, f->twins, false, err) : DK_OK);
    return tell_bare(w, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {.call = call, .flags = call->flags};
    const dk_status status = look(&w, err);
    dk_check_close(w.check);
    for (int i = 0; i < DK_CHECK_SPLITS; i++) {
        dk_dataset_close(w.sets[i]);
    }
    dk_data_close(w.data);
    return status;
}

const dk_action dk_action_check = {
    .name = "check",
    .args = "DATA",
    .help = "find classes without pictures, unreadable, constant and identical pictures, twins across train, "
            "valid "
            "and test, and identical pictures with different labels",
    .more = "-out writes the pictures of -split that are readable, not constant, without twins in other "
            "splits and\n"
            "without identical pictures of another label, and one of each that is there several times; "
            "-twins the\n"
            "rest, for -exclude. -json prints {splits [{name, source, pictures, labels, bare, counts, twins, "
            "unreadable,\n"
            "constant, not_read}], conflicts, groups [{conflict, pictures [{split, path, label}]}]}.\n",
    .min = 1,
    .max = 1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
