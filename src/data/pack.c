#include "data/pack.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/tar.h"
#include "data/order.h"
#include "data/truth.h"

enum { DIGITS = 6, NAME = 100, LABEL = 48 }; /* of an archive's number; of names in it */

typedef struct {
    const dk_dataset *set;
    const dk_pack_conf *conf;
    dk_tar_writer out;
    bool open;
    int archives;
} packer;

static dk_status path_of(char **out, const packer *p, int number, dk_error *err) {
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s/%s-%0*d.tar", p->conf->folder, p->conf->name, DIGITS, number);
    *out = path.text;
    return path.failed ? dk_no_memory(err, path.size, "the name of an archive") : DK_OK;
}

/* The bytes of a name that are safe in any: a dot would end what WebDataset takes for the sample's name. */
static void add_plain(dk_buffer *name, const char *text, size_t most) {
    for (size_t i = 0; text[i] != '\0' && i < most; i++) {
        const char c = isalnum((unsigned char)text[i]) || text[i] == '-' ? text[i] : '_';
        dk_buffer_put(name, &c, 1);
    }
}

/* What the files of a sample are called, up to their endings. */
static dk_status name_of(dk_buffer *name, const packer *p, int picture, dk_error *err) {
    const dk_sample *const s = &p->set->samples[picture];
    char stem[NAME];
    (void)dk_path_stem(s->path, stem, sizeof stem);
    const char *const label = s->label >= 0 ? p->set->truth.labels[s->label] : NULL;
    if (label != NULL && strlen(label) <= LABEL && strchr(label, '/') == NULL) { /* else .cls says it alone */
        dk_buffer_add(name, "%s/", label);
    }
    dk_buffer_add(name, "%08d_", picture);
    add_plain(name, stem, NAME - LABEL - 24);
    return name->failed ? dk_no_memory(err, NAME, "the name of a picture") : DK_OK;
}

static dk_status add(packer *p, dk_buffer *name, const char *ending, const void *bytes, size_t size,
                     dk_error *err) {
    const size_t stem = name->size;
    dk_buffer_add(name, "%s", ending);
    const dk_status status = name->failed ? dk_no_memory(err, NAME, "the name of a picture")
                                          : dk_tar_writer_add(&p->out, name->text, bytes, size, err);
    name->size = stem;
    return status;
}

/* The ending, in small letters as WebDataset wants it. */
static void ending_of(char out[8], const char *path) {
    const char *const dot = strrchr(dk_path_name(path), '.');
    size_t n = 0;
    for (const char *c = dot; c != NULL && *c != '\0' && n < 7; c++) {
        out[n++] = (char)tolower((unsigned char)*c);
    }
    out[n] = '\0';
}

static dk_status add_truth(packer *p, dk_buffer *name, int picture, dk_error *err) {
    const dk_truth_kind *const kind = p->set->truth.kind;
    dk_buffer truth = {0};
    dk_status status = kind->pack(p->set, picture, &truth, err);
    if (status == DK_OK) {
        status = truth.failed ? dk_no_memory(err, truth.size, "what is true of a picture")
                              : add(p, name, kind->ending, truth.text, truth.size, err);
    }
    dk_buffer_free(&truth);
    return status;
}

static dk_status add_picture(packer *p, int picture, dk_error *err) {
    const char *const path = p->set->samples[picture].path;
    uint8_t *bytes = NULL;
    size_t size = 0;
    char ending[8];
    dk_buffer name = {0};
    ending_of(ending, path);
    DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
    dk_status status = name_of(&name, p, picture, err);
    if (status == DK_OK) {
        status = add(p, &name, ending, bytes, size, err);
    }
    if (status == DK_OK && p->set->truth.kind != NULL) {
        status = add_truth(p, &name, picture, err);
    }
    dk_buffer_free(&name);
    free(bytes);
    return status;
}

static dk_status begin(packer *p, dk_error *err) {
    char *path = NULL;
    DK_TRY(path_of(&path, p, p->archives, err));
    const dk_status status = dk_tar_writer_open(&p->out, path, err);
    free(path);
    p->open = status == DK_OK;
    p->archives += p->open;
    return status;
}

static dk_status end(packer *p, dk_error *err) {
    p->open = false;
    return dk_tar_writer_commit(&p->out, err);
}

static dk_status pack_all(packer *p, dk_order *order, dk_error *err) {
    for (int i = 0; i < p->set->count; i++) {
        if (p->open && p->out.at >= p->conf->most) {
            DK_TRY(end(p, err));
        }
        if (!p->open) {
            DK_TRY(begin(p, err));
        }
        DK_TRY(add_picture(p, dk_order_at(order, 0, i), err));
    }
    return end(p, err);
}

/* An archive behind the last one is of a larger set: a range that somebody has written down would hold both. */
static dk_status check_next(const packer *p, dk_error *err) {
    char *path = NULL;
    DK_TRY(path_of(&path, p, p->archives, err));
    const dk_status status =
        dk_path_exists(path)
            ? dk_fail(err, DK_EDATA,
                      "%s: is of another set, which was larger; %d archives were written before it. "
                      "Remove it, or pack into a folder of its own",
                      path, p->archives)
            : DK_OK;
    free(path);
    return status;
}

static dk_status tell(const packer *p, dk_packed *out, dk_error *err) {
    dk_buffer source = {0};
    dk_buffer_add(&source, "%s/%s-{%0*d..%0*d}.tar", p->conf->folder, p->conf->name, DIGITS, 0, DIGITS,
                  p->archives - 1);
    *out = (dk_packed){.pictures = p->set->count, .archives = p->archives, .source = source.text};
    return source.failed ? dk_no_memory(err, source.size, "the names of the archives") : DK_OK;
}

dk_status dk_pack(const dk_dataset *set, const dk_pack_conf *conf, dk_packed *out, dk_error *err) {
    packer p = {.set = set, .conf = conf};
    dk_order order;
    *out = (dk_packed){0};
    DK_TRY(dk_folder_make(conf->folder, err));
    DK_TRY(dk_order_open(&order, set->count, true, conf->seed, err));
    dk_status status = pack_all(&p, &order, err);
    dk_order_close(&order);
    if (status != DK_OK) {
        if (p.open) {
            dk_tar_writer_abandon(&p.out);
        }
        return status;
    }
    DK_TRY(check_next(&p, err));
    return tell(&p, out, err);
}
