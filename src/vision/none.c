/* Builds without OpenCV: nothing opens, and the message says how to get it. */
#include "vision/vision.h"

static dk_status none(const char *what, dk_error *err) {
    return dk_fail(
        err, DK_EUNSUPPORTED,
        "%s: this program was built without OpenCV (OPENCV=0); `make` with scripts/install_deps.sh "
        "run before gives one that can",
        what);
}

dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info, dk_error *err) {
    *out = NULL;
    *info = (dk_capture_info){0};
    return none(source, err);
}

dk_status dk_capture_read(dk_capture *capture, dk_frame *frame, bool *end, dk_error *err) {
    (void)capture, (void)frame;
    *end = true;
    return none("reading frames", err);
}

void dk_capture_close(dk_capture *capture) {
    (void)capture;
}

dk_status dk_detector_open(dk_detector **out, const dk_detector_conf *conf, dk_error *err) {
    (void)conf;
    *out = NULL;
    return none("finding faces", err);
}

dk_status dk_detector_run(dk_detector *detector, const dk_frame *frame, const dk_known *known, dk_box *boxes,
                          int room, int *count, dk_error *err) {
    (void)detector, (void)frame, (void)known, (void)boxes, (void)room;
    *count = 0;
    return none("finding faces", err);
}

void dk_detector_close(dk_detector *detector) {
    (void)detector;
}

dk_status dk_film_open(dk_film **out, const char *path, int w, int h, double fps, dk_error *err) {
    (void)w, (void)h, (void)fps;
    *out = NULL;
    return none(path, err);
}

dk_status dk_film_write(dk_film *film, const dk_frame *frame, dk_error *err) {
    (void)film, (void)frame;
    return none("writing a film", err);
}

void dk_film_close(dk_film *film) {
    (void)film;
}

dk_status dk_window_open(dk_window **out, const char *title, dk_error *err) {
    (void)title;
    *out = NULL;
    return none("opening a window", err);
}

dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err) {
    (void)window, (void)frame;
    return none("showing a frame", err);
}

int dk_window_key(dk_window *window, int milliseconds) {
    (void)window, (void)milliseconds;
    return DK_KEY_CLOSED;
}

void dk_window_close(dk_window *window) {
    (void)window;
}

void dk_vision_threads(int threads) {
    (void)threads;
}
