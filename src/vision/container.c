/* The table of films' endings. */
#include "base/text.h"
#include "vision/vision.h"

/* Players of .avi are old: what they know is MPEG-4. The index goes to the front, where a browser wants it. */
static const dk_container table[] = {
    {".mp4", "mp4", "movflags=+faststart", {DK_CODEC_H264, DK_CODEC_MPEG4}},
    {".m4v", "mp4", "movflags=+faststart", {DK_CODEC_H264, DK_CODEC_MPEG4}},
    {".mov", "mov", "movflags=+faststart", {DK_CODEC_H264, DK_CODEC_MPEG4}},
    {".mkv", "matroska", "cues_to_front=1", {DK_CODEC_H264, DK_CODEC_MPEG4}},
    {".webm", "webm", "cues_to_front=1", {DK_CODEC_VP9}},
    {".avi", "avi", "", {DK_CODEC_MPEG4}},
};

const dk_container *dk_container_of(const char *path) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (dk_text_ends(path, table[i].ending)) {
            return &table[i];
        }
    }
    return NULL;
}

const char *dk_codec_name(dk_codec codec) {
    static const char *const names[] = {
        [DK_CODEC_H264] = "H.264", [DK_CODEC_MPEG4] = "MPEG-4", [DK_CODEC_VP9] = "VP9"};
    return names[codec];
}
