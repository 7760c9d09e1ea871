/* A JPEG file is markers: 0xFF and a byte that is neither 0 nor 0xFF. Most have a length and that many bytes; behind
 * a start of scan come codes, in which 0xFF is followed by 0 or by a restart marker. Source: ITU T.81, annex B. */
#include "image/jpeg_scans.h"

#include <string.h>

#include "image/codec.h"

enum { RST0 = 0xD0, SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, TEM = 0x01, APP2 = 0xE2 };
enum { FILM = 3 }; /* pictures one behind the other that make a film; two may be a picture and its preview */

/* Where the next marker's second byte stands, or `size`. */
static size_t next_marker(const uint8_t *bytes, size_t size, size_t at) {
    while (at + 1 < size) {
        const uint8_t *const mark = memchr(bytes + at, 0xFF, size - 1 - at);
        if (mark == NULL) {
            break;
        }
        at = (size_t)(mark - bytes) + 1;
        if (bytes[at] != 0 && bytes[at] != 0xFF) {
            return at;
        }
    }
    return size;
}

static bool has_length(int marker) {
    return marker != TEM && (marker < RST0 || marker > EOI);
}

dk_jpeg_marks dk_jpeg_walk(const uint8_t *bytes, size_t size) {
    dk_jpeg_marks marks = {.end = size};
    for (size_t at = next_marker(bytes, size, 0); at < size; at = next_marker(bytes, size, at + 1)) {
        if (bytes[at] == EOI) {
            marks.end = at + 1;
            break;
        }
        if (has_length(bytes[at]) && size - at > 6) {
            marks.scans += bytes[at] == SOS;
            marks.several = marks.several || (bytes[at] == APP2 && memcmp(bytes + at + 3, "MPF", 4) == 0);
            const size_t length = (size_t)bytes[at + 1] << 8 | bytes[at + 2];
            at += length < size - at ? length : size - at - 1;
        }
    }
    return marks;
}

bool dk_jpeg_moves(const uint8_t *bytes, size_t size) {
    for (int i = 1; i < FILM; i++) {
        const dk_jpeg_marks marks = dk_jpeg_walk(bytes, size);
        bytes += marks.end;
        size -= marks.end;
        if (marks.several || size < 2 || bytes[0] != 0xFF || bytes[1] != SOI) {
            return false;
        }
    }
    return true;
}
