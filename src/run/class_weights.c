/* auto: w[c] = k · (N / (C · n[c]))^power, where n[c] of the N pictures are of class c and k makes the mean
 * weight of a picture 1, so that the rate keeps its meaning. power 1 lets all classes count the same.
 *
 * The softmax's gradient is y·Σt − t for any target t, so that targets multiplied by a weight are the gradient
 * of the weighted cross-entropy: no engine needs to know. A mixed target weighs Σ t·w. */
#include "run/class_weights.h"

#include <math.h>
#include <string.h>

/* "1,2.5,1" into v[]; how many there are, or −1: something is no number. */
static int read_list(const char *text, float *v, int room) {
    int count = 0;
    for (const char *p = text; p != NULL; count++) {
        const char *comma = strchr(p, ',');
        const size_t n = comma != NULL ? (size_t)(comma - p) : strlen(p);
        char word[64];
        double value = 0;
        if (n >= sizeof word) {
            return -1;
        }
        memcpy(word, p, n);
        word[n] = '\0';
        if (!dk_text_float(dk_text_trim(word), &value)) {
            return -1;
        }
        if (count < room) {
            v[count] = (float)value;
        }
        p = comma != NULL ? comma + 1 : NULL;
    }
    return count;
}

static dk_status take_list(float *w, const char *text, const dk_section *s, int classes, dk_error *err) {
    const int count = read_list(text, w, classes);
    if (count < 0) {
        return dk_section_fail(s, "class_weights", err,
                               "class_weights=%s is neither auto nor a list of numbers such as 1,2.5,1",
                               text);
    }
    if (count != classes) {
        return dk_section_fail(s, "class_weights", err, "%d class_weights for %d classes; wanted is one each",
                               count, classes);
    }
    for (int c = 0; c < classes; c++) {
        if (!(w[c] > 0) || !isfinite(w[c])) {
            return dk_section_fail(
                s, "class_weights", err,
                "class_weights: %g of class %d is not above 0; a class that must not count "
                "is left out of the training pictures",
                (double)w[c], c);
        }
    }
    return DK_OK;
}

static dk_status balance(float *w, double power, const dk_section *s, const dk_dataset *train,
                         const char *const *names, dk_error *err) {
    const int classes = train->classes;
    double sum = 0; /* of all pictures */
    for (int c = 0; c < classes; c++) {
        const double n = train->per_class[c];
        if (train->per_class[c] == 0) {
            return dk_section_fail(
                s, "class_weights", err,
                "class_weights=auto: there is no training picture of class %d (%s) to count; "
                "give a list of %d weights",
                c, names[c], classes);
        }
        w[c] = (float)pow(train->count / (classes * n), power);
        sum += n * (double)w[c];
    }
    for (int c = 0; c < classes; c++) {
        w[c] *= (float)(train->count / sum);
    }
    return DK_OK;
}

dk_status dk_class_weights_read(const float **out, const dk_classifier_conf *conf, const dk_section *s,
                                const dk_dataset *train, const char *const *names, dk_arena *arena,
                                dk_error *err) {
    *out = NULL;
    if (conf->class_weights == NULL) {
        return DK_OK;
    }
    const bool automatic = strcmp(conf->class_weights, "auto") == 0;
    if (automatic && conf->balanced) {
        return dk_section_fail(
            s, "class_weights", err,
            "class_weights=auto and balanced=1 make up for the same thing, which would then count "
            "twice; take one of them");
    }
    float *w = dk_arena_alloc(arena, (size_t)train->classes * sizeof *w);
    if (w == NULL) {
        return dk_no_memory(err, (size_t)train->classes * sizeof *w, "the weights of classes");
    }
    *out = w;
    return automatic ? balance(w, (double)conf->class_weights_power, s, train, names, err)
                     : take_list(w, conf->class_weights, s, train->classes, err);
}

void dk_class_weights_apply(const float *weights, int classes, int rows, const float *t, float *to,
                            float *of_row) {
    for (int i = 0; i < rows; i++) {
        const float *from = t + (size_t)i * (size_t)classes;
        float *row = to + (size_t)i * (size_t)classes;
        of_row[i] = 0;
        for (int c = 0; c < classes; c++) {
            of_row[i] += from[c] * weights[c];
        }
        for (int c = 0; c < classes; c++) {
            row[c] = from[c] * of_row[i];
        }
    }
}
