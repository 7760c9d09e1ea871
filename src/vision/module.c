/* The functions of vision.h that need OpenCV or ffmpeg, forwarded to darknet_vision.so (base/module.h). */
#include "vision/module.h"

#include "base/module.h"

static const dk_module module = {
    .file = "darknet_vision.so",
    .symbol = DK_VISION_SYMBOL,
    .version = DK_VISION_VERSION,
    .size = sizeof(dk_vision_table),
    .how = "it comes with OpenCV: scripts/install_deps.sh, then make (OPENCV=1, the default)"};

static const dk_vision_table *find(const char *what, dk_error *err) {
    return dk_module_find(&module, what, err);
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
