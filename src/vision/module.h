/* What the program and darknet_vision.so (the .cpp files and av/) know of each other. OpenCV makes the loader map 230
 * libraries more, .14 s, hence only what uses it opens the module (module.c), which shows the one symbol below. */
#ifndef DK_VISION_MODULE_H
#define DK_VISION_MODULE_H

#include "vision/vision.h"

/* Counted up when a type of vision.h or frame.h, or what a function does, changes; `size` sees the rest. */
enum { DK_VISION_VERSION = 4 };

/* The functions of vision.h that need OpenCV or ffmpeg. */
typedef struct {
    size_t version, size; /* DK_VISION_VERSION, bytes of this struct */
    __typeof__(dk_capture_open) *capture_open;
    __typeof__(dk_capture_read) *capture_read;
    __typeof__(dk_capture_close) *capture_close;
    __typeof__(dk_capture_announced) *capture_announced;
    __typeof__(dk_haar_open) *haar_open;
    __typeof__(dk_haar_run) *haar_run;
    __typeof__(dk_haar_close) *haar_close;
    __typeof__(dk_film_open) *film_open;
    __typeof__(dk_film_write) *film_write;
    __typeof__(dk_film_repeat) *film_repeat;
    __typeof__(dk_film_close) *film_close;
    __typeof__(dk_window_open) *window_open;
    __typeof__(dk_window_show) *window_show;
    __typeof__(dk_window_key) *window_key;
    __typeof__(dk_window_close) *window_close;
    __typeof__(dk_vision_threads) *threads;
} dk_vision_table;

/* The first member of whatever the module opens: calls find their functions by it, so nobody keeps a global. */
typedef struct {
    const dk_vision_table *functions;
} dk_vision_object;

#define DK_VISION_SYMBOL "dk_vision_module"
extern DK_API const dk_vision_table dk_vision_module;

#endif
