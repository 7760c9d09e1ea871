/* The functions of vision.h that need OpenCV or ffmpeg, forwarded to darknet_vision.so. Each open asks the loader for
 * the module, which maps it the first time and knows it from then on; it stays until the program ends, because threads
 * and exit handlers of Qt and ffmpeg do. */
#include "vision/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#ifndef DK_MODULES
#define DK_MODULES "/usr/local/lib/darknet"
#endif
#define NAME "darknet_vision.so"
#define HOW "it comes with OpenCV: scripts/install_deps.sh, then make (OPENCV=1, the default)"

enum { PLACES = 2 };

typedef char path[PATH_MAX + sizeof NAME];

/* Beside the file that this program is, then where `make install` puts it. */
static void list_places(path places[PLACES]) {
    const ssize_t n = readlink("/proc/self/exe", places[0], PATH_MAX);
    char *slash = n > 0 ? memrchr(places[0], '/', (size_t)n) : NULL;
    strcpy(places[1], DK_MODULES "/" NAME);
    if (slash != NULL) {
        strcpy(slash + 1, NAME);
    } else { /* no /proc */
        strcpy(places[0], places[1]);
    }
}

/* NULL: it is no module of ours, as err says. */
static const dk_vision_table *load(const char *file, dk_error *err) {
    void *module = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const dk_vision_table *table = module != NULL ? dlsym(module, DK_VISION_SYMBOL) : NULL;
    if (table == NULL) {
        (void)dk_fail(err, DK_EUNSUPPORTED, "%s: cannot be loaded: %s; %s", file, dlerror(), HOW);
        return NULL;
    }
    if (table->version != DK_VISION_VERSION || table->size != sizeof *table) {
        (void)dk_fail(err, DK_EUNSUPPORTED,
                      "%s: belongs to another version of the program (%zu of %zu bytes, wanted %d of %zu); "
                      "`make` builds both",
                      file, table->version, table->size, DK_VISION_VERSION, sizeof *table);
        return NULL;
    }
    return table;
}

static const dk_vision_table *find(const char *what, dk_error *err) {
    path places[PLACES];
    list_places(places);
    for (int i = 0; i < PLACES; i++) {
        if (access(places[i], F_OK) == 0) {
            const dk_vision_table *table = load(places[i], err);
            if (table == NULL) {
                (void)dk_error_prefix(err, DK_EUNSUPPORTED, "%s", what);
            }
            return table;
        }
    }
    (void)dk_fail(err, DK_EUNSUPPORTED, "%s: wants the module %s, which is neither '%s' nor '%s'; %s", what,
                  NAME, places[0], places[1], HOW);
    return NULL;
}

static const dk_vision_table *functions(const void *object) {
    return ((const dk_vision_object *)object)->functions;
}

/* ---- frames in ---- */

dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info, dk_error *err) {
    char shown[DK_SHOWN];
    dk_capture_shown(shown, sizeof shown, source);
    const dk_vision_table *table = find(shown, err);
    *out = NULL;
    return table != NULL ? table->capture_open(out, source, info, err) : DK_EUNSUPPORTED;
}

dk_status dk_capture_read(dk_capture *capture, dk_frame *frame, bool *end, dk_error *err) {
    return functions(capture)->capture_read(capture, frame, end, err);
}

void dk_capture_close(dk_capture *capture) {
    if (capture != NULL) {
        functions(capture)->capture_close(capture);
    }
}

dk_capture_length dk_capture_announced(dk_capture *capture) {
    return functions(capture)->capture_announced(capture);
}

/* ---- faces ---- */

dk_status dk_haar_open(dk_haar **out, const dk_haar_conf *conf, dk_error *err) {
    const dk_vision_table *table = find("finding faces", err);
    *out = NULL;
    return table != NULL ? table->haar_open(out, conf, err) : DK_EUNSUPPORTED;
}

dk_status dk_haar_run(dk_haar *haar, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                      int *count, dk_error *err) {
    return functions(haar)->haar_run(haar, frame, known, found, room, count, err);
}

void dk_haar_close(dk_haar *haar) {
    if (haar != NULL) {
        functions(haar)->haar_close(haar);
    }
}

/* ---- frames out ---- */

dk_status dk_film_open(dk_film **out, const char *file, const dk_film_conf *conf, dk_codec *codec,
                       dk_error *err) {
    const dk_vision_table *table = find(file, err);
    *out = NULL;
    return table != NULL ? table->film_open(out, file, conf, codec, err) : DK_EUNSUPPORTED;
}

dk_status dk_film_write(dk_film *film, const dk_frame *frame, dk_error *err) {
    return functions(film)->film_write(film, frame, err);
}

dk_status dk_film_repeat(dk_film *film, long times, dk_error *err) {
    return functions(film)->film_repeat(film, times, err);
}

dk_status dk_film_close(dk_film *film, dk_error *err) {
    return film != NULL ? functions(film)->film_close(film, err) : DK_OK;
}

/* ---- a window ---- */

dk_status dk_window_open(dk_window **out, const char *title, dk_error *err) {
    const dk_vision_table *table = find("the window", err);
    *out = NULL;
    return table != NULL ? table->window_open(out, title, err) : DK_EUNSUPPORTED;
}

dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err) {
    return functions(window)->window_show(window, frame, err);
}

int dk_window_key(dk_window *window, int milliseconds) {
    return functions(window)->window_key(window, milliseconds);
}

void dk_window_close(dk_window *window) {
    if (window != NULL) {
        functions(window)->window_close(window);
    }
}

dk_status dk_vision_threads(int threads, dk_error *err) {
    const dk_vision_table *table = find("cameras, films and faces", err);
    return table != NULL ? table->threads(threads, err) : DK_EUNSUPPORTED;
}
