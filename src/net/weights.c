/* Reading and writing .weights; see weights.h. A file is read twice, in pieces: all of it is checked before a single
 * value changes, and it is never in memory as a whole. */
#include "net/weights.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/memory.h"
#include "base/file.h"

enum { MAJOR = 0, MINOR = 2, REVISION = 0, HEADER = 20, MOST_CLASSES = 1000000, PIECE = 1 << 16 };

typedef struct {
    const char *path;
    uint8_t head[HEADER];
    size_t size, at; /* of the file, and where its values begin */
    bool transposed; /* dense weights stored inputs × outputs */
    int fd;
    float *piece; /* room for PIECE values */
} reader;

/* n values from number `first` on. */
static dk_status read_values(const reader *r, float *values, size_t first, size_t n, dk_error *err) {
    const size_t bytes = n * sizeof *values, at = r->at + first * sizeof *values;
    size_t have = 0;
    while (have < bytes) {
        const ssize_t more = pread(r->fd, (char *)values + have, bytes - have, (off_t)(at + have));
        if (more < 0 && errno != EINTR) {
            return dk_fail_errno(err, "cannot read '%s'", r->path);
        }
        if (more == 0) {
            return dk_fail(err, DK_EIO, "%s: became shorter while it was read", r->path);
        }
        have += more > 0 ? (size_t)more : 0;
    }
    return DK_OK;
}

static size_t piece_of(size_t left) {
    return left < PIECE ? left : PIECE;
}

static dk_status read_header(reader *r, dk_weights_info *info, dk_error *err) {
    int32_t head[3] = {0};
    if (r->size < sizeof head + sizeof(uint32_t)) {
        return dk_fail(err, DK_EFORMAT, "%s: %zu bytes are no weights file; the header alone takes 16",
                       r->path, r->size);
    }
    memcpy(head, r->head, sizeof head);
    const bool sane = head[0] >= 0 && head[0] <= 2000 && head[1] >= 0 && head[1] <= 2000 && head[2] >= 0 &&
                      head[2] <= 1000000;
    if (!sane) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: is no weights file: it begins with version %d.%d.%d; Darknet writes 0.2.x",
                       r->path, head[0], head[1], head[2]);
    }
    const bool wide = head[0] * 10 + head[1] >= 2 && head[0] < 1000 && head[1] < 1000;
    r->at = sizeof head;
    r->transposed = head[0] > 1000 || head[1] > 1000;
    uint32_t narrow;
    memcpy(&narrow, r->head + r->at, sizeof narrow);
    info->seen = narrow;
    r->at += sizeof narrow;
    if (wide) {
        if (r->size < HEADER) {
            return dk_fail(err, DK_EFORMAT, "%s: ends within its header, after %zu of 20 bytes", r->path,
                           r->size);
        }
        memcpy(&info->seen, r->head + r->at - sizeof narrow, sizeof info->seen);
        r->at = HEADER;
    }
    return DK_OK;
}

static size_t layer_values(const dk_layer *l) {
    size_t n = 0;
    for (int k = 0; k < l->param_count; k++) {
        n += l->params[k].count;
    }
    return n;
}

static size_t all_values(const dk_net *net) {
    size_t n = 0;
    for (int i = 0; i < net->count; i++) {
        n += layer_values(&net->layers[i]);
    }
    return n;
}

/* The number of the first of n values that is not finite or, where they must be, not positive; n: none is. */
static size_t first_wrong(const float *values, size_t n, bool positive) {
    const float least = positive ? 0 : -FLT_MAX;
    int wrong = 0;
    for (size_t i = 0; i < n; i++) { /* without a way out, for the sake of vectors */
        wrong |= !(values[i] >= least && values[i] <= FLT_MAX);
    }
    for (size_t i = 0; wrong && i < n; i++) {
        if (!(values[i] >= least && values[i] <= FLT_MAX)) {
            return i;
        }
    }
    return n;
}

/* Every value of a parameter must be a number, and a variance not negative. */
static dk_status check_values(const reader *r, const dk_layer *l, const dk_param *p, size_t at,
                              dk_error *err) {
    for (size_t done = 0; done < p->count; done += PIECE) {
        const size_t n = piece_of(p->count - done);
        DK_TRY(read_values(r, r->piece, at + done, n, err));
        const size_t i = first_wrong(r->piece, n, (p->flags & DK_POSITIVE) != 0);
        if (i < n) {
            const float v = r->piece[i];
            return dk_fail(err, DK_EFORMAT,
                           "%s: offset %zu: %s[%zu] of layer %d [%s] (%s:%d) is %g; %s. The file is broken "
                           "or was made by "
                           "another cfg",
                           r->path, r->at + (at + done + i) * sizeof v, p->name, done + i, l->index,
                           l->type->name, l->section->file, l->section->line, (double)v,
                           isfinite(v) ? "a variance is not negative" : "it must be a number");
        }
    }
    return DK_OK;
}

int dk_weights_classifier(const dk_net *net) {
    for (int i = net->count - 1; i >= 0; i--) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            if (net->layers[i].params[k].rows > 0) {
                return i;
            }
        }
    }
    return net->count;
}

/* How many classes the file has when it is of this network but for the classifier, whose values are as many for each
 * class; 0: it is not. One class is none: rather the file is cut. Several answers have no number of classes in common. */
static int classes_of(const dk_net *net, size_t values) {
    const int first = dk_weights_classifier(net);
    size_t before = 0, own = 0;
    for (int i = 0; i < net->count; i++) {
        *(i < first ? &before : &own) += layer_values(&net->layers[i]);
    }
    const size_t classes = first < net->count ? (size_t)net->layers[first].y->shape.c : 0;
    if (net->answer_count > 1 || own == 0 || own % classes != 0 || values <= before ||
        (values - before) % (own / classes) != 0) {
        return 0;
    }
    const size_t theirs = (values - before) / (own / classes);
    return theirs > 1 && theirs <= MOST_CLASSES ? (int)theirs : 0;
}

/* "t.weights" kept up to layer 2 is "t.first2.weights", in the current folder. */
static dk_status fail_classes(const dk_net *net, const char *path, int theirs, dk_error *err) {
    const int first = dk_weights_classifier(net);
    const dk_layer *l = &net->layers[first];
    char count[32], stem[128], out[160], cfg[256], from[256], to[256], way[1024] = "";
    dk_path_stem(path, stem, sizeof stem);
    snprintf(out, sizeof out, "%s.first%d.weights", stem, first);
    if (first > 0) {
        snprintf(
            way, sizeof way,
            ". As a start for training, `classifier train` with -fresh_classifier keeps the other layers, "
            "and so does `darknet network partial %s %s %s %d`, which writes them to a file",
            dk_text_quoted(cfg, sizeof cfg, net->cfg->path), dk_text_quoted(from, sizeof from, path),
            dk_text_quoted(to, sizeof to, out), first);
    }
    return dk_fail(err, DK_EFORMAT,
                   "%s: holds %s classes where layer %d [%s] (%s:%d) has %d, or is cut short%s", path,
                   dk_text_count(count, theirs), l->index, l->type->name, l->section->file, l->section->line,
                   l->y->shape.c, way);
}

/* How many layers the file holds, without the classifier when it is not wanted; it must end at the end of the network or
 * just before a layer with parameters. */
static dk_status check_length(const dk_net *net, const reader *r, bool classifier, int *loaded,
                              dk_error *err) {
    size_t left = (r->size - r->at) / sizeof(float);
    int filled = 0; /* layers with parameters so far */
    if ((r->size - r->at) % sizeof(float) != 0) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: %zu bytes after the header are no whole number of float32 values; the file is cut", r->path,
            r->size - r->at);
    }
    const int classes = classes_of(net, left), first = dk_weights_classifier(net);
    if (classes > 0 && !classifier) {
        *loaded = first;
        return DK_OK;
    }
    if (classes > 0 && classes != net->layers[first].y->shape.c) {
        return fail_classes(net, r->path, classes, err);
    }
    for (int i = 0; i < net->count; i++) {
        const dk_layer *l = &net->layers[i];
        const size_t wanted = layer_values(l);
        if (wanted > 0 && left == 0 && filled > 0) {
            *loaded = i;
            return DK_OK;
        }
        if (left < wanted) {
            char have[32], want[32];
            return dk_fail(err, DK_EFORMAT,
                           "%s: ends after %s of %s values of layer %d [%s] (%s:%d); it is cut short, or was "
                           "made by another cfg",
                           r->path, dk_text_count(have, (long long)left),
                           dk_text_count(want, (long long)wanted), i, l->type->name, l->section->file,
                           l->section->line);
        }
        left -= wanted;
        filled += wanted > 0;
    }
    if (left > 0) {
        char more[32], have[32], want[32];
        const size_t bytes = HEADER + all_values(net) * sizeof(float);
        return dk_fail(
            err, DK_EFORMAT,
            "%s: holds %s more values than %s has (%s bytes; %s are wanted); was it made by another cfg?",
            r->path, dk_text_count(more, (long long)left), net->cfg->path,
            dk_text_count(have, (long long)r->size), dk_text_count(want, (long long)bytes));
    }
    *loaded = classifier ? net->count : first;
    return DK_OK;
}

static dk_status check_content(const dk_net *net, const reader *r, int loaded, dk_error *err) {
    size_t at = 0;
    for (int i = 0; i < loaded; i++) {
        const dk_layer *l = &net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            DK_TRY(check_values(r, l, &l->params[k], at, err));
            at += l->params[k].count;
        }
    }
    return DK_OK;
}

/* A dense matrix that the file has transposed: the engine's is rows × cols. */
static dk_status take_turned(dk_net *net, const dk_param *p, const reader *r, size_t at, dk_error *err) {
    const size_t rows = (size_t)p->rows, cols = (size_t)p->cols;
    float *const both = malloc(2 * p->count * sizeof *both), *const theirs = both + p->count;
    if (both == NULL) {
        return dk_no_memory(err, 2 * p->count * sizeof *both, "weights");
    }
    dk_status status = read_values(r, theirs, at, p->count, err);
    for (size_t i = 0; status == DK_OK && i < p->count; i++) {
        both[i] = theirs[i % cols * rows + i / cols];
    }
    if (status == DK_OK) {
        status = dk_span_write(net->backend, *p->slot, both, p->count, err);
    }
    free(both);
    return status;
}

static dk_status take(dk_net *net, const dk_param *p, const reader *r, size_t at, dk_error *err) {
    if (r->transposed && (p->flags & DK_DENSE)) {
        return take_turned(net, p, r, at, err);
    }
    for (size_t done = 0; done < p->count; done += PIECE) {
        const size_t n = piece_of(p->count - done);
        DK_TRY(read_values(r, r->piece, at + done, n, err));
        DK_TRY(dk_span_write(net->backend, *p->slot + done, r->piece, n, err));
    }
    return DK_OK;
}

static dk_status take_layer(dk_net *net, const dk_layer *l, const reader *r, size_t *at, dk_error *err) {
    for (int k = 0; k < l->param_count; k++) {
        DK_TRY(take(net, &l->params[k], r, *at, err));
        *at += l->params[k].count;
    }
    return DK_OK;
}

static dk_status load(dk_net *net, const reader *r, const dk_weights_info *info, dk_error *err) {
    DK_TRY(check_content(net, r, info->loaded, err));
    size_t at = 0;
    for (int i = 0; i < info->loaded; i++) {
        DK_TRY(take_layer(net, &net->layers[i], r, &at, err));
    }
    net->params->version++;
    free(net->params->from);
    net->params->from = strdup(r->path);
    return net->params->from != NULL ? DK_OK : dk_no_memory(err, strlen(r->path), r->path);
}

/* Header and size say how much of the file is wanted; no more is read, and nothing when they do not fit. */
static dk_status load_file(dk_net *net, const char *path, bool classifier, dk_weights_info *info,
                           dk_error *err) {
    dk_weights_info unused = {0};
    reader r = {.path = path};
    info = info != NULL ? info : &unused;
    DK_TRY(dk_file_look(path, r.head, sizeof r.head, &r.size, err));
    DK_TRY(read_header(&r, info, err));
    DK_TRY(check_length(net, &r, classifier, &info->loaded, err));
    r.piece = malloc(PIECE * sizeof *r.piece);
    if (r.piece == NULL) {
        return dk_no_memory(err, PIECE * sizeof *r.piece, path);
    }
    dk_status status = dk_file_open(&r.fd, path, err);
    if (status == DK_OK) {
        status = load(net, &r, info, err);
        close(r.fd);
    }
    free(r.piece);
    return status;
}

dk_status dk_weights_load(dk_net *net, const char *path, dk_weights_info *info, dk_error *err) {
    return load_file(net, path, true, info, err);
}

dk_status dk_weights_load_features(dk_net *net, const char *path, dk_weights_info *info, dk_error *err) {
    return load_file(net, path, false, info, err);
}

static dk_status save_param(const dk_net *net, const dk_param *p, FILE *f, dk_error *err) {
    float *host = malloc(p->count * sizeof *host);
    if (!host) {
        return dk_no_memory(err, p->count * sizeof *host, "weights");
    }
    const dk_status status = dk_span_read(net->backend, host, *p->slot, p->count, err);
    if (status == DK_OK) {
        fwrite(host, sizeof *host, p->count, f); /* a short write shows in ferror when the writer commits */
    }
    free(host);
    return status;
}

static dk_status save(const dk_net *net, FILE *f, uint64_t seen, int upto, dk_error *err) {
    const int32_t head[3] = {MAJOR, MINOR, REVISION};
    fwrite(head, sizeof head, 1, f);
    fwrite(&seen, sizeof seen, 1, f);
    for (int i = 0; i < (upto < 0 ? net->count : upto); i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            DK_TRY(save_param(net, &net->layers[i].params[k], f, err));
        }
    }
    return DK_OK;
}

dk_status dk_weights_save(const dk_net *net, const char *path, uint64_t seen, int upto, dk_error *err) {
    dk_writer w;
    DK_TRY(dk_writer_open(&w, path, err));
    const dk_status status = save(net, w.f, seen, upto, err);
    if (status != DK_OK) {
        dk_writer_abandon(&w);
        return status;
    }
    return dk_writer_commit(&w, err);
}
