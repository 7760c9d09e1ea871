/* Cameras, films, faces and windows: what the demo takes from OpenCV, as C. The .cpp files are behind it, in a module that
 * the first use opens (module.h); where there is none, everything that opens is DK_EUNSUPPORTED and says how to get it.
 * No exception leaves. */
#ifndef DK_VISION_VISION_H
#define DK_VISION_VISION_H

#include "base/box.h"
#include "vision/frame.h"

/* ---- frames in ---- */
typedef struct dk_capture dk_capture;

typedef struct {
    bool live;  /* a camera or stream: frames come when they come, and it may break off */
    double fps; /* 0: not known */
} dk_capture_info;

/* A source is a camera's index ("0", "12") or device (/dev/video2), an address (has "://") or a file. */
bool dk_capture_is_camera(const char *source);
bool dk_capture_is_file(const char *source);
/* A file, or an address whose path ends as only files do: films of browsers announce no end, but have one. */
bool dk_capture_is_film(const char *source);
/* The source without "file://", which only says that it is a file. */
const char *dk_capture_name(const char *source);

enum { DK_SHOWN = 1024 };
/* The source as messages show it, cut to the room: the password of an address, also one in its query, is ***. */
void dk_capture_shown(char *out, size_t room, const char *source);
/* " (in a name or password '#' is written %23 …)" for an address that lacks it, else "". */
const char *dk_capture_hint(const char *source);

/* Opens a camera, an address (rtsp, http …) or a film, which may have an address, too. Errors (DK_EIO) say what was tried
 * and what would do. */
DK_CHECKED dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info,
                                     dk_error *err);
/* The next frame; *end: there is none (the film is over, the stream broke off). frame->time becomes the stamp that a film
 * gives it, seconds from wherever it counts; NAN: none. A film's damaged or empty stretches are passed over. */
DK_CHECKED dk_status dk_capture_read(dk_capture *capture, dk_frame *frame, bool *end, dk_error *err);
void dk_capture_close(dk_capture *capture); /* accepts NULL */

/* What a film says of its own length. */
typedef struct {
    long
        frames; /* that the container counts one by one and means to be shown (MP4, MOV); 0: it does not count */
    double seconds; /* from the first frame to the end of the last; 0: not known */
} dk_capture_length;

/* All 0 where it says nothing, as of a camera. */
dk_capture_length dk_capture_announced(dk_capture *capture);

/* ---- faces, by a Haar cascade ---- */
typedef struct dk_haar dk_haar;

typedef struct {
    const char
        *cascade; /* file of a Haar cascade; NULL: frontalface_alt2 and profileface of Debian's opencv-data */
    bool still;   /* for pictures, which have no hurry: larger by default */
    int size;     /* longest side that frames are shrunk to; 0: 640, of stills 1280 */
    float scale;  /* from one size of faces to the next; 0: 1.2 */
    int neighbours; /* hits that make a face; 0: 2 */
    int smallest;   /* side of a face, pixels after shrinking; 0: 32 */
} dk_haar_conf;

/* Faces that are known from the frames before, where they should be now, in pixels of the frame. */
typedef struct {
    const dk_box *faces;
    int count;
    bool near; /* look near them only */
} dk_known;

DK_CHECKED dk_status dk_haar_open(dk_haar **out, const dk_haar_conf *conf, dk_error *err);
/* Squares around faces, in pixels of the frame, largest first, at most `room`; label and score are 0. Everywhere, or near
 * those that are known, at a small share of the cost; known faces that are missed are looked for once more, turned and in
 * profile. known NULL: none is. */
DK_CHECKED dk_status dk_haar_run(dk_haar *haar, const dk_frame *frame, const dk_known *known, dk_found *found,
                                 int room, int *count, dk_error *err);
void dk_haar_close(dk_haar *haar); /* accepts NULL */

/* ---- frames out ---- */
typedef enum { DK_CODEC_NONE, DK_CODEC_H264, DK_CODEC_MPEG4, DK_CODEC_VP9 } dk_codec;
const char *dk_codec_name(dk_codec codec); /* "H.264" */

/* What a film's ending stands for. */
typedef struct {
    const char *ending, *muxer, *options; /* ".mp4"; name and options in libavformat */
    dk_codec codecs[3];                   /* best first; ends with NONE */
} dk_container;
#define DK_CONTAINER_ENDINGS ".mp4, .m4v, .mov, .mkv, .webm or .avi"
const dk_container *dk_container_of(const char *path); /* NULL: a film does not end so */

/* Frames in so many seconds: 30 in 1, 30000 in 1001. */
typedef struct {
    int frames, seconds;
} dk_rate;

typedef struct dk_film dk_film;

typedef struct {
    const dk_container *container;
    int w, h; /* of its pictures; both even */
    dk_rate rate;
} dk_film_conf;

/* Begins a film anew; *codec: what it holds, of those of the container the first that this machine can encode. Errors
 * of the disk come from whichever call meets them, and from those after it. */
DK_CHECKED dk_status dk_film_open(dk_film **out, const char *path, const dk_film_conf *conf, dk_codec *codec,
                                  dk_error *err);
/* The next picture. A frame one pixel short of the film's even sides gets a row or column of its edge; one of another
 * size is fitted in, with black bars where its shape is another. */
DK_CHECKED dk_status dk_film_write(dk_film *film, const dk_frame *frame, dk_error *err);
DK_CHECKED dk_status dk_film_repeat(dk_film *film, long times, dk_error *err); /* the last one once more */
/* Makes the film whole; where a call has failed before, only gives everything back. */
DK_CHECKED dk_status dk_film_close(dk_film *film, dk_error *err); /* accepts NULL */

/* ---- a window ---- */
/* Whether a window can be opened: DISPLAY or WAYLAND_DISPLAY names a display; DEAD: the one that DISPLAY names does not
 * answer. */
typedef enum { DK_DISPLAY_NONE, DK_DISPLAY_DEAD, DK_DISPLAY_THERE } dk_display;
dk_display dk_window_display(void);

typedef struct dk_window dk_window;
enum { DK_KEY_NONE = -1, DK_KEY_CLOSED = -2, DK_KEY_ESCAPE = 27 };

DK_CHECKED dk_status dk_window_open(dk_window **out, const char *title, dk_error *err);
DK_CHECKED dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err);
/* The key that was pressed (ASCII) within the milliseconds, NONE, or CLOSED when someone closed the window. */
int dk_window_key(dk_window *window, int milliseconds);
void dk_window_close(dk_window *window); /* accepts NULL */

/* Computing threads of OpenCV, a setting of the whole process; 0: as it likes. */
DK_CHECKED dk_status dk_vision_threads(int threads, dk_error *err);

#endif
