/* Films and cameras through vision.h, pictures through our own decoders. */
#include "live/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "image/found.h"
#include "live/reel.h"

struct dk_source {
    dk_source_info info;
    dk_log log;
    dk_reel *reel; /* NULL: pictures */
    dk_arena *arena;
    const char **paths; /* info.count */
    int room, next, bad;
    dk_unread unread; /* of the folder */
    long number;
};

static dk_status add_picture(void *user, const char *path, dk_error *err) {
    dk_source *s = user;
    DK_TRY(DK_GROW(s->paths, s->info.count, s->room, "the list of pictures", err));
    s->paths[s->info.count] = dk_arena_text(s->arena, path);
    return s->paths[s->info.count++] != NULL ? DK_OK : dk_no_memory(err, strlen(path), path);
}

static dk_status add_found(void *user, const char *path, dk_error *err) {
    dk_source *s = user;
    return dk_image_found(path, &s->unread) ? add_picture(s, path, err) : DK_OK;
}

static dk_status open_pictures(dk_source *s, const char *name, dk_error *err) {
    s->info.stills = true;
    s->arena = dk_arena_open();
    if (s->arena == NULL) {
        return dk_no_memory(err, 0, "the list of pictures");
    }
    if (!dk_path_is_folder(name)) {
        return add_picture(s, name, err);
    }
    DK_TRY(dk_folder_walk_numbered(name, add_found, s, err));
    dk_unread_warn(&s->unread, name, &s->log);
    if (s->info.count == 0) {
        return dk_fail(err, DK_EIO, "%s: no picture (%s) in this folder", name, dk_image_endings);
    }
    return DK_OK;
}

/* A file is a picture by what it holds, whatever its name; kinds that are neither picture nor film are refused as
 * pictures, which says what they are. What no kind claims is what it is called. */
static bool is_picture(const char *name) {
    const dk_format *format = dk_format_look(name);
    return format == NULL ? dk_image_named(name)
                          : format->kind != DK_FORMAT_FILM && !dk_image_moves(format, name);
}

dk_status dk_source_open(dk_source **out, const char *name, const dk_log *log, dk_error *err) {
    dk_source *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "the source");
    }
    s->log = *log;
    const bool pictures = dk_capture_is_file(name) && (dk_path_is_folder(name) || is_picture(name));
    const dk_status status =
        pictures ? open_pictures(s, name, err) : dk_reel_open(&s->reel, name, &s->info, log, err);
    if (status != DK_OK) {
        dk_source_close(s);
        return status;
    }
    *out = s;
    return DK_OK;
}

const dk_source_info *dk_source_about(const dk_source *source) {
    return &source->info;
}

int dk_source_bad(const dk_source *source) {
    return source->bad;
}

static dk_status read_picture(dk_source *s, dk_frame *frame, bool *end, dk_error *err) {
    while (s->next < s->info.count) {
        const char *path = s->paths[s->next++];
        dk_image *image = NULL;
        dk_error why = {0};
        dk_status status = dk_image_load(&image, path, &why);
        if (status != DK_OK && s->info.count > 1) {
            dk_warn(&s->log, "%s", why.text);
            s->bad++;
            continue;
        }
        if (status != DK_OK) {
            (void)dk_fail(err, status, "%s", why.text);
        } else {
            status = dk_frame_from_image(frame, image, err);
            dk_image_free(image);
        }
        frame->name = path;
        frame->time = 0;
        return status;
    }
    *end = true;
    return DK_OK;
}

dk_status dk_source_read(dk_source *s, dk_frame *frame, bool *end, dk_error *err) {
    *end = false;
    if (s->reel != NULL) {
        DK_TRY(dk_reel_read(s->reel, frame, end, err));
    } else {
        DK_TRY(read_picture(s, frame, end, err));
    }
    frame->number = s->number;
    s->number += !*end;
    return DK_OK;
}

void dk_source_close(dk_source *s) {
    if (s == NULL) {
        return;
    }
    dk_reel_close(s->reel);
    free(s->paths);
    dk_arena_close(s->arena);
    free(s);
}
