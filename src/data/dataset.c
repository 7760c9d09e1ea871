/* Sets of pictures: the paths of a list file, of a folder or of archives, each with what is true of it (truth.h). Pictures are not
 * opened here: that one cannot be read is found when its turn comes (loader.h). */
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/grow.h"
#include "data/list_paths.h"
#include "data/shards.h"
#include "data/truth.h"
#include "image/image.h"

/* line 0: found in a folder. */
static dk_status add(dk_dataset *set, char *entry, int line, dk_error *err) {
    DK_TRY(DK_GROW(set->samples, set->count, set->room, "the list of pictures", err));
    dk_sample *const sample = &set->samples[set->count];
    sample->label = -1;
    if (set->truth.kind != NULL) {
        DK_TRY(set->truth.kind->read(set, sample, entry, line, err));
    }
    sample->path = dk_arena_text(set->arena, entry);
    set->count += sample->path != NULL;
    return sample->path != NULL ? DK_OK : dk_no_memory(err, strlen(entry), "the path of a picture");
}

static bool is_beside(const dk_dataset *set, const char *path) {
    const dk_truth_kind *const kind = set->truth.kind;
    return kind != NULL && kind->beside != NULL && kind->beside(path);
}

static dk_status add_found(dk_dataset *set, const char *path, dk_error *err) {
    char *const entry = strdup(path);
    const dk_status status =
        entry != NULL ? add(set, entry, 0, err) : dk_no_memory(err, strlen(path), "the path of a picture");
    free(entry);
    return status;
}

static dk_status visit(void *user, const char *path, dk_error *err) {
    dk_dataset *const set = user;
    return is_beside(set, path) || !dk_image_found(path, &set->unread) ? DK_OK : add_found(set, path, err);
}

/* Files of archives count by their names, so that none is opened. */
static dk_status visit_shard(void *user, const char *path, uint32_t place, dk_error *err) {
    dk_dataset *const set = user;
    if (!dk_image_named(path) || is_beside(set, path)) {
        return DK_OK;
    }
    DK_TRY(add_found(set, path, err));
    set->samples[set->count - 1].place = place;
    return DK_OK;
}

/* What a list names stays in the set, to be left out and counted when its turn comes. */
static dk_status add_line(dk_dataset *set, char *entry, int line, dk_error *err) {
    DK_TRY(add(set, entry, line, err));
    (void)dk_image_found(entry, &set->unread);
    return DK_OK;
}

static dk_status read_list(dk_dataset *set, dk_error *err) {
    char *text = NULL;
    size_t size = 0;
    DK_TRY(dk_text_read(&text, &size, set->source, DK_LIST_MOST, "each line is the path of a picture", err));
    dk_status status = DK_OK;
    int line = 0;
    char *rest = text;
    for (char *entry = dk_text_line(&rest); status == DK_OK && entry != NULL; entry = dk_text_line(&rest)) {
        line++;
        status = *entry == '\0' ? DK_OK : add_line(set, entry, line, err);
    }
    free(text);
    return status == DK_OK ? dk_list_check_paths(set->source, set->samples, set->count, err) : status;
}

static dk_status check(const dk_dataset *set, dk_error *err) {
    if (set->count == 0 && set->unread.count > 0) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures of kinds that are read (%s), but of others: %s",
                       set->source, dk_image_endings, dk_unread_list(&set->unread).text);
    }
    if (set->count == 0 && dk_path_is_folder(set->source)) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures; files ending in %s are looked for", set->source,
                       dk_image_endings);
    }
    if (set->count == 0) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures; each line is the path of one", set->source);
    }
    const dk_truth_kind *const kind = set->truth.kind;
    return kind != NULL && kind->check != NULL ? kind->check(set, err) : DK_OK;
}

static dk_status open_truths(dk_dataset *set, dk_error *err) {
    if (set->truth.kind == NULL) {
        return DK_OK;
    }
    set->truths = dk_arena_alloc(set->arena, set->truth.kind->size);
    return set->truths != NULL ? set->truth.kind->open(set, err)
                               : dk_no_memory(err, set->truth.kind->size, "what is true of pictures");
}

static dk_status fill(dk_dataset *set, const char *source, dk_error *err) {
    set->source = dk_arena_text(set->arena, source);
    if (set->source == NULL) {
        return dk_no_memory(err, strlen(source), "the list of pictures");
    }
    DK_TRY(open_truths(set, err));
    if (dk_shards_named(source)) {
        DK_TRY(dk_shards_walk(source, set->arena, &set->archive_ends, &set->archive_count, visit_shard, set,
                              err));
    } else {
        DK_TRY(dk_path_is_folder(source) ? dk_folder_walk(source, visit, set, err) : read_list(set, err));
    }
    return check(set, err);
}

bool dk_dataset_there(const char *source) {
    return dk_shards_named(source) ? dk_shards_there(source) : dk_path_exists(source);
}

dk_status dk_dataset_open(dk_dataset **out, const char *source, const dk_truth_conf *truth, dk_error *err) {
    *out = NULL;
    if (!dk_dataset_there(source)) {
        return dk_fail(err, DK_EIO, "%s: there is no such list file, folder or archive", source);
    }
    dk_arena *const arena = dk_arena_open();
    dk_dataset *const set = arena != NULL ? dk_arena_alloc(arena, sizeof *set) : NULL;
    if (set == NULL) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof *set, "the list of pictures");
    }
    *set = (dk_dataset){.arena = arena, .truth = *truth, .classes = truth->classes};
    const dk_status status = fill(set, source, err);
    if (status != DK_OK) {
        dk_dataset_close(set);
        return status;
    }
    *out = set;
    return DK_OK;
}

void dk_dataset_close(dk_dataset *set) {
    if (set == NULL) {
        return;
    }
    if (set->truths != NULL && set->truth.kind->close != NULL) {
        set->truth.kind->close(set);
    }
    free(set->samples);
    dk_arena_close(set->arena); /* which holds the set too */
}
