/* The .data file: which pictures, which labels, where results go. Its keys are the table; here besides: the
 * label files it names, and that their numbers agree. */
#include <string.h>

#include "base/file.h"
#include "data/dataset.h"
#include "data/labels.h"

#define AT(field) offsetof(dk_data_conf, field)
const dk_opt dk_data_opts[] = {
    {"classes", DK_INT, AT(classes), .def = DK_AUTO, .min = 1, .max = 1000000,
     .help = "number of classes (default: lines of the labels); of longer lists of labels and names the "
             "first lines "
             "count"},
    {"outputs", DK_INT, AT(outputs), .def = 0, .min = 0, .max = 65536,
     .help = "numbers that belong to each picture, in place of a class (`regressor`); names are theirs"},
    {"train", DK_TEXT, AT(train),
     .help = "training pictures: a list file, a folder that is searched, or tar archives: t.tar, "
             "t-{000000..000146}.tar"},
    {"valid", DK_TEXT, AT(valid), .help = "validation pictures: list, folder or archives"},
    {"test", DK_TEXT, AT(test), .help = "test pictures: list, folder or archives"},
    {"window", DK_INT, AT(window), .def = 16384, .min = 0, .max = INT32_MAX,
     .help =
         "pictures of archives are shuffled within so many, archive by archive; 0: all of them, as those of "
         "folders are"},
    {"labels", DK_TEXT, AT(labels),
     .help = "file with one label a line: what folders and paths are searched for (default: names)"},
    {"names", DK_TEXT, AT(names), .help = "file with one name a line: what is shown (default: labels)"},
    {"backup", DK_TEXT, AT(backup), .text = "weights", .help = "folder for the weights that training saves"},
    {"results", DK_TEXT, AT(results), .text = "results", .help = "folder for what runs leave: charts, logs"},
    {"top", DK_INT, AT(top), .def = 1, .min = 1, .max = 1000000,
     .help = "an answer counts as right within the first `top`"},
    {"pretrained", DK_TEXT, AT(pretrained),
     .help = "weights that training starts from when the command names none; without this file, or with "
             "none, random "
             "values"},
    {"get", DK_TEXT, AT(get), .help = "how to get the pictures: said when they are not there"},
    {"map", DK_IGNORED, .help = "class map of detectors"},
    {"eval", DK_IGNORED, .help = "scoring of detectors"},
    {"difficult", DK_IGNORED, .help = "list of detectors"},
    {"leaves", DK_IGNORED, .help = "leaf classes of a label tree; classes are flat here"},
    {"tree", DK_IGNORED, .help = "label tree; classes are flat here"},
    {"hierarchy", DK_IGNORED, .help = "label tree; classes are flat here"},
    {"tag", DK_IGNORED, .help = "several labels a picture; there is one here"},
    {"label", DK_IGNORED, .help = "list of detectors"},
    {"results_path", DK_IGNORED, .help = "see results"},
    {"saveweights", DK_IGNORED, .help = "weights are saved after every epoch"},
    {"savelast", DK_IGNORED, .help = "weights are saved after every epoch"},
    {0},
};

static dk_status apply_set(dk_cfg *cfg, const char *const *set, dk_error *err) {
    for (; set != NULL && *set != NULL; set++) {
        const char *const equals = strchr(*set, '=');
        if (equals == NULL || equals == *set) {
            return dk_fail(err, DK_EUSAGE, "-set data.%s: has no key or no '='; data.KEY=VALUE would do",
                           *set);
        }
        const char *const key = dk_arena_text_n(cfg->arena, *set, (size_t)(equals - *set));
        if (key == NULL) {
            return dk_no_memory(err, strlen(*set), *set);
        }
        DK_TRY(dk_cfg_set(cfg, key, equals + 1, err));
    }
    return DK_OK;
}

/* What the data set is read from. */
static const char *const sources[] = {"train", "valid", "test", "labels", "names", "pretrained"};

/* A '#' is part of a path here, also behind a blank. Where nothing has that name, but something the name before the
 * blank, it was meant as a comment. */
static dk_status check_comments(const dk_section *s, dk_arena *arena, dk_error *err) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const char *const value = dk_section_get(s, sources[i]);
        if (value == NULL || strchr(value, '#') == NULL) {
            continue;
        }
        char *const bare = dk_arena_text(arena, value);
        const char *const whole = dk_share_find(value, arena);
        if (bare == NULL || whole == NULL) {
            return dk_no_memory(err, strlen(value), sources[i]);
        }
        dk_text_cut_comment(bare);
        const char *const part = dk_share_find(bare, arena);
        if (part == NULL || (!dk_path_exists(whole) && dk_path_exists(part))) {
            return dk_section_fail(s, sources[i], err,
                                   "%s=%s: there is '%s', but nothing of the whole name, of which the '#' is "
                                   "part; a comment behind a path needs a line of its own",
                                   sources[i], value, bare);
        }
    }
    return DK_OK;
}

/* Reads the label file that a key names; a failure is told at the key's line. */
static dk_status read_names(dk_data *d, const char *key, const char **path, bool unique, const char ***names,
                            dk_error *err) {
    const dk_section *const s = &d->cfg->sections[0];
    *path = dk_share_find(*path, d->cfg->arena);
    if (*path == NULL) {
        return dk_no_memory(err, 0, key);
    }
    int count = 0;
    const int most = d->conf.classes == (int)DK_AUTO ? 0 : d->conf.classes;
    dk_error cause = {0};
    const dk_status status = dk_labels_read(names, &count, *path, most, unique, d->cfg->arena, &cause);
    if (status != DK_OK) {
        return dk_section_fail_as(status, s, key, err, "%s: %s", key, cause.text);
    }
    if (d->conf.classes == (int)DK_AUTO) {
        d->conf.classes = count;
    }
    if (d->conf.classes < count && dk_section_get(s, "classes") != NULL) {
        const char *const before = d->note == NULL ? "" : d->note, *const comma = d->note == NULL ? "" : ", ";
        d->note = dk_arena_format(d->cfg->arena, "%s%s%s has %d lines", before, comma, *path, count);
        return d->note != NULL ? DK_OK : dk_no_memory(err, strlen(*path), key);
    }
    if (d->conf.classes != count) {
        return dk_section_fail(s, dk_section_get(s, "classes") == NULL ? key : "classes", err,
                               "%d classes, but %s '%s' has %d lines", d->conf.classes, key, *path, count);
    }
    return DK_OK;
}

/* "value 1" … where no file names them. */
static dk_status name_values(dk_data *d, dk_error *err) {
    const size_t count = (size_t)d->conf.outputs;
    d->names = dk_arena_alloc(d->cfg->arena, count * sizeof *d->names);
    bool good = d->names != NULL;
    for (size_t i = 0; good && i < count; i++) {
        d->names[i] = dk_arena_format(d->cfg->arena, "value %zu", i + 1);
        good = d->names[i] != NULL;
    }
    d->labels = d->names;
    return good ? DK_OK : dk_no_memory(err, count * sizeof *d->names, "the names of the values");
}

static dk_status read_labels(dk_data *d, dk_error *err) {
    dk_data_conf *const c = &d->conf;
    const dk_section *const s = &d->cfg->sections[0];
    if (c->outputs > 0 && c->classes != (int)DK_AUTO) {
        return dk_section_fail(s, "classes", err, "classes=%d and outputs=%d exclude each other", c->classes,
                               c->outputs);
    }
    c->classes = c->outputs > 0 ? c->outputs : c->classes;
    if (c->outputs > 0 && c->labels == NULL && c->names == NULL) {
        return name_values(d, err);
    }
    if (c->labels == NULL && c->names == NULL) {
        return dk_section_fail(s, NULL, err,
                               "has neither 'labels' nor 'names'; one of them must name a file");
    }
    if (c->labels != NULL) {
        DK_TRY(read_names(d, "labels", &c->labels, true, &d->labels, err));
    }
    if (c->names != NULL) {
        DK_TRY(read_names(d, "names", &c->names, c->labels == NULL, &d->names, err));
    }
    if (c->labels == NULL) {
        c->labels = c->names;
        d->labels = d->names;
    } else if (c->names == NULL) {
        c->names = c->labels;
        d->names = d->labels;
    }
    if (c->top > c->classes) {
        return dk_section_fail(s, "top", err, "top=%d is out of range 1..%d (classes)", c->top, c->classes);
    }
    return DK_OK;
}

static void tell(const dk_data *data, const dk_log *log) {
    if (data->note != NULL) {
        dk_note(log, "%s: %s; the first %d count (classes=%d)", data->path, data->note, data->conf.classes,
                data->conf.classes);
    }
}

static dk_status load(dk_data **out, dk_cfg *cfg, const char *const *set, const dk_log *log, dk_error *err) {
    DK_TRY(apply_set(cfg, set, err));
    dk_data *const d = dk_arena_alloc(cfg->arena, sizeof *d);
    if (d == NULL) {
        return dk_no_memory(err, sizeof *d, "a data file");
    }
    d->cfg = cfg;
    d->path = cfg->path;
    const dk_opt_table table = {dk_data_opts, &d->conf};
    DK_TRY(dk_opt_read(&cfg->sections[0], &table, 1, cfg->arena, err));
    DK_TRY(check_comments(&cfg->sections[0], cfg->arena, err));
    DK_TRY(read_labels(d, err));
    tell(d, log);
    *out = d;
    return DK_OK;
}

dk_status dk_data_load(dk_data **out, const char *path, const char *const *set, const dk_log *log,
                       dk_error *err) {
    *out = NULL;
    dk_arena *const arena = dk_arena_open();
    const char *const found = arena == NULL ? NULL : dk_share_find(path, arena);
    dk_cfg *cfg = NULL;
    dk_status status = found == NULL ? dk_no_memory(err, strlen(path), "the path of a data file")
                                     : dk_cfg_load(&cfg, found, DK_CFG_FLAT, err);
    dk_arena_close(arena);
    if (cfg == NULL) {
        return status;
    }
    status = load(out, cfg, set, log, err);
    if (status != DK_OK) {
        dk_cfg_close(cfg);
    }
    return status;
}

void dk_data_close(dk_data *data) {
    if (data != NULL) {
        dk_cfg_close(data->cfg); /* whose arena holds the rest */
    }
}

dk_status dk_data_open(dk_dataset **out, const dk_data *data, const char *source, const dk_truth_kind *kind,
                       const dk_log *log, dk_error *err) {
    *out = NULL;
    if (source == NULL || *source == '\0') {
        return dk_fail(err, DK_EPARSE,
                       "%s: does not name the pictures that this needs; train=, valid= and test= do",
                       data->path);
    }
    if (!dk_dataset_there(source) && data->conf.get != NULL) {
        return dk_fail(err, DK_EIO, "%s: there is no such list file, folder or archive (named in %s); %s",
                       source, data->path, data->conf.get);
    }
    const dk_truth_conf truth = {.kind = kind,
                                 .labels = (const char *const *)data->labels,
                                 .classes = data->conf.classes,
                                 .outputs = data->conf.outputs};
    DK_TRY(dk_dataset_open(out, source, &truth, err));
    dk_unread_warn(&(*out)->unread, source, log);
    return DK_OK;
}
