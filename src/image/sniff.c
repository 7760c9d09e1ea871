/* What a file is, by its first bytes: the answer to "why is this no picture". The marks are those that the
 * formats' own specifications begin with. Never by the name: names lie. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "image/codec.h"

typedef struct {
    const char *bytes;
    size_t count, at; /* where the mark stands */
    const char *what;
} mark;

static const mark marks[] = {
    {"GIF8", 4, 0, "is a GIF"},
    {"BM", 2, 0, "is a BMP"},
    {"WEBP", 4, 8, "is a WebP"},
    {"ftypavif", 8, 4, "is an AVIF"},
    {"ftyphei", 7, 4, "is a HEIC"},
    {"ftypmif1", 8, 4, "is a HEIF"},
    {"ftyp", 4, 4, "is a film (MP4)"},
    {"II*\0", 4, 0, "is a TIFF"},
    {"MM\0*", 4, 0, "is a TIFF"},
    {"\0\0\0\x0CjP  ", 8, 0, "is a JPEG 2000"},
    {"\xFF\x0A", 2, 0, "is a JPEG XL"},
    {"%PDF", 4, 0, "is a PDF"},
    {"PK\x03\x04", 4, 0, "is a zip archive"},
    {"\x1F\x8B", 2, 0, "is a gzip archive"},
    {"\xFD"
     "7zXZ",
     5, 0, "is an xz archive"},
    {"<svg", 4, 0, "is an SVG"},
    {"<!DOCTYPE", 9, 0, "is a web page"},
    {"<!doctype", 9, 0, "is a web page"},
    {"<html", 5, 0, "is a web page"},
    {"version https://git-lfs", 23, 0, "is a Git LFS pointer, not yet fetched"},
};

static bool has(const uint8_t *bytes, size_t size, const char *mark_bytes, size_t count, size_t at) {
    return size >= at + count && memcmp(bytes + at, mark_bytes, count) == 0;
}

/* "is no picture (it begins with 'abc..')": unprintable bytes as hex. */
static void describe(const uint8_t *bytes, size_t size, char what[80]) {
    const size_t shown = size < 8 ? size : 8;
    int at = snprintf(what, 80, "is no picture (it begins with '");
    for (size_t i = 0; i < shown; i++) {
        const char *const form = isprint(bytes[i]) ? "%c" : "\\x%02x";
        at += snprintf(what + at, 80 - (size_t)at, form, bytes[i]);
    }
    snprintf(what + at, 80 - (size_t)at, "')");
}

dk_picture_kind dk_picture_sniff(const uint8_t *bytes, size_t size, char what[80]) {
    what[0] = 0;
    if (has(bytes, size, "\xFF\xD8", 2, 0)) {
        return DK_PICTURE_JPEG;
    }
    if (has(bytes, size, "\x89PNG\r\n\x1A\n", 8, 0)) {
        return DK_PICTURE_PNG;
    }
    if (size == 0) {
        snprintf(what, 80, "is empty");
        return DK_PICTURE_OTHER;
    }
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (has(bytes, size, marks[i].bytes, marks[i].count, marks[i].at)) {
            snprintf(what, 80, "%s", marks[i].what);
            return DK_PICTURE_OTHER;
        }
    }
    describe(bytes, size, what);
    return DK_PICTURE_OTHER;
}
