/* A video file without a video library: Motion JPEG in AVI 1.0 (RIFF), every frame a whole JPEG. */
#ifndef AVI_H
#define AVI_H

#include "base/file.h"
#include "base/text.h"

struct avi {
    dk_writer file;
    dk_buffer index; /* of idx1: 16 bytes a frame */
    int w, h, fps;
    uint32_t frames, largest; /* largest: bytes of a frame */
};

/* Begins a file of frames of w×h pixels; it is written aside and is there after avi_close. */
DK_CHECKED dk_status avi_open(struct avi *avi, const char *path, int w, int h, int fps, dk_error *err);
DK_CHECKED dk_status avi_add(struct avi *avi, const void *jpeg, size_t size, dk_error *err);
DK_CHECKED dk_status avi_close(struct avi *avi, dk_error *err);
void avi_abandon(struct avi *avi); /* also after avi_close: does nothing */

#endif
