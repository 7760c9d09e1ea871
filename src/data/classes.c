/* Most sets have no bare class, and then one picture of each is decoded. */
#include "data/classes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

enum { MOST_DECODED = 1000, NAMED = 5 };

/* Decodes pictures until every class has one that can be read; wanting: pictures of a class that were not looked at. */
static dk_status decode_some(bool *bare, int *wanting, const dk_dataset *set, dk_error *err) {
    int decoded = 0;
    for (int i = 0; i < set->count && decoded < MOST_DECODED; i++) {
        const dk_sample *const s = &set->samples[i];
        if (!bare[s->label]) {
            continue;
        }
        dk_image *image = NULL;
        dk_error why = {0};
        const dk_status status = dk_image_load(&image, s->path, &why);
        dk_image_free(image);
        if (status == DK_ENOMEM) {
            return dk_fail(err, status, "%s", why.text);
        }
        bare[s->label] = status != DK_OK;
        wanting[s->label]--;
        decoded++;
    }
    return DK_OK;
}

dk_status dk_classes_find_bare(bool *bare, const dk_dataset *set, dk_error *err) {
    const size_t bytes = (size_t)set->classes * sizeof(int);
    int *const wanting = malloc(bytes);
    if (wanting == NULL) {
        return dk_no_memory(err, bytes, "the pictures of each class");
    }
    memcpy(wanting, set->per_class, bytes);
    for (int c = 0; c < set->classes; c++) {
        bare[c] = true;
    }
    const dk_status status = decode_some(bare, wanting, set, err);
    for (int c = 0; c < set->classes; c++) {
        bare[c] = bare[c] && wanting[c] == 0;
    }
    free(wanting);
    return status;
}

/* A folder of that class which is a link to nowhere: the likeliest reason on disks that were moved. */
static void add_name(dk_buffer *out, const char *label, const char *name, const char *source) {
    struct stat info;
    dk_buffer path = {0};
    dk_buffer_add(out, "%s%s", out->size > 0 ? ", " : "", name);
    dk_buffer_add(&path, "%s/%s", source, label);
    if (!path.failed && lstat(path.text, &info) == 0 && !dk_path_exists(path.text)) {
        dk_buffer_add(out, " (%s is a link to nowhere)", path.text);
    }
    dk_buffer_free(&path);
}

dk_status dk_classes_tell_bare(const bool *bare, const dk_data *data, const char *split, const char *source,
                               bool strict, const dk_log *log, dk_error *err) {
    const char *const outcome = strcmp(split, "train") == 0 ? "what has none cannot be learned"
                                                            : "how well that is known is not measured";
    int count = 0;
    dk_buffer names = {0};
    for (int c = 0; c < data->conf.classes; c++) {
        if (bare[c] && count++ < NAMED) {
            add_name(&names, data->labels[c], data->names[c], source);
        }
    }
    if (count > NAMED) {
        dk_buffer_add(&names, " and %d more", count - NAMED);
    }
    dk_status status = names.failed ? dk_no_memory(err, names.size, "names of classes") : DK_OK;
    if (status == DK_OK && count > 0) {
        dk_buffer text = {0};
        dk_buffer_add(&text, "%s: %s has no picture that can be read of %d of the %d classes: %s; %s", split,
                      source, count, data->conf.classes, names.text, outcome);
        if (text.failed) {
            status = dk_no_memory(err, text.size, "a message");
        } else if (strict) {
            status = dk_fail(err, DK_EDATA, "%s (an error because of -strict)", text.text);
        } else {
            dk_warn(log, "%s", text.text);
        }
        dk_buffer_free(&text);
    }
    dk_buffer_free(&names);
    return status;
}

dk_status dk_classes_check(const dk_dataset *set, const dk_data *data, const char *split, const char *source,
                           bool strict, const dk_log *log, dk_error *err) {
    if (set->per_class == NULL) {
        return DK_OK;
    }
    bool *const bare = calloc((size_t)set->classes, sizeof *bare);
    if (bare == NULL) {
        return dk_no_memory(err, (size_t)set->classes, "the classes of a set");
    }
    dk_status status = dk_classes_find_bare(bare, set, err);
    if (status == DK_OK) {
        status = dk_classes_tell_bare(bare, data, split, source, strict, log, err);
    }
    free(bare);
    return status;
}
