/* What a file is, by its first bytes; never by its name: names lie. The marks are those that the formats' own
 * specifications begin with. */
#include "image/format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "image/codec.h"

#define JPEG_ENDINGS ".jpg .jpeg .jpe .jfif"
#define PNG_ENDINGS ".png"
#define WEBP_ENDINGS ".webp"
#define GIF_ENDINGS ".gif"
#define TIFF_ENDINGS ".tif .tiff"
#define BMP_ENDINGS ".bmp .dib"
const char dk_image_endings[] =
    JPEG_ENDINGS " " PNG_ENDINGS " " WEBP_ENDINGS " " GIF_ENDINGS " " TIFF_ENDINGS " " BMP_ENDINGS;
#define NAMES "JPEG, PNG, WebP, GIF, TIFF and BMP"

static bool has(const uint8_t *bytes, size_t size, const char *mark, size_t count, size_t at) {
    return size >= at + count && memcmp(bytes + at, mark, count) == 0;
}

static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* n bytes are those of the text in lower case, whatever their own case. */
static bool spells(const uint8_t *bytes, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (lower(bytes[i]) != text[i]) {
            return false;
        }
    }
    return true;
}

/* ---- kinds that a mark does not tell ---- */

/* "BM" alone begins many texts: the size of the second header must be one that there is. */
static bool is_bmp(const uint8_t *bytes, size_t size) {
    return has(bytes, size, "BM", 2, 0) && size >= 18 && (bytes[14] >= 12 && bytes[14] <= 124) &&
           has(bytes, size, "\0\0\0", 3, 15);
}

static bool is_webp(const uint8_t *bytes, size_t size) {
    return has(bytes, size, "RIFF", 4, 0) && has(bytes, size, "WEBP", 4, 8);
}

/* Files of the ISO base media format name brands: the first, and those that it is compatible with. */
static bool has_brand(const uint8_t *bytes, size_t size, const char *brands) {
    if (!has(bytes, size, "ftyp", 4, 4)) {
        return false;
    }
    const size_t box = (size_t)bytes[2] << 8 | bytes[3], end = box < size ? box : size;
    for (size_t at = 8; at + 4 <= end; at += 4) {
        for (const char *b = brands; at != 12 && *b != '\0'; b += 4) { /* at 12 is a version */
            if (memcmp(bytes + at, b, 4) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_avif(const uint8_t *bytes, size_t size) {
    return has_brand(bytes, size, "avifavis");
}

static bool is_heic(const uint8_t *bytes, size_t size) {
    return has_brand(bytes, size, "heicheixheimheishevchevxhevmhevsmif1msf1");
}

/* Portable bitmaps: "P" and a digit, white space, then a number, a comment or P7's first word. */
static bool is_pnm(const uint8_t *bytes, size_t size) {
    return size >= 4 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' && isspace(bytes[2]) &&
           (isdigit(bytes[3]) || bytes[3] == '#' || has(bytes, size, "P7\nWIDTH", 8, 0));
}

/* The text begins with the tag, but for white space, a byte-order mark and what XML may have in front. */
static bool begins_with_tag(const uint8_t *bytes, size_t size, const char *tag, const char *before) {
    const size_t n = strlen(tag), m = strlen(before);
    size_t at = has(bytes, size, "\xEF\xBB\xBF", 3, 0) ? 3 : 0;
    while (at < size && isspace(bytes[at])) {
        at++;
    }
    if (m > 0 && size - at >= m && spells(bytes + at, before, m)) {
        while (at + n < size && !spells(bytes + at, tag, n)) {
            at++;
        }
    }
    return size - at >= n && spells(bytes + at, tag, n);
}

static bool is_svg(const uint8_t *bytes, size_t size) {
    return begins_with_tag(bytes, size, "<svg", "") || begins_with_tag(bytes, size, "<svg", "<?xml") ||
           begins_with_tag(bytes, size, "<svg", "<!--");
}

static bool is_page(const uint8_t *bytes, size_t size) {
    return begins_with_tag(bytes, size, "<!doctype html", "") || begins_with_tag(bytes, size, "<html", "") ||
           begins_with_tag(bytes, size, "<html", "<?xml") || begins_with_tag(bytes, size, "<html", "<!--") ||
           begins_with_tag(bytes, size, "<head", "");
}

/* ---- the table: the first row that fits counts ---- */

#define MARK(text, place)                                                                                    \
    { .bytes = (text), .count = sizeof(text) - 1, .at = (place) }
#define TIFF_MARKS MARK("II*\0", 0), MARK("MM\0*", 0), MARK("II+\0", 0), MARK("MM\0+", 0)
#define RAW "a camera's raw picture"

#define KIND(of, called, is, ends, ...)                                                                      \
    { .kind = DK_FORMAT_##of, .name = called, .what = is, .endings = ends, __VA_ARGS__ }

static const dk_format formats[] = {
    KIND(READ, "JPEG", "a JPEG picture", JPEG_ENDINGS, .marks = {MARK("\xFF\xD8", 0)},
         .decode = dk_jpeg_decode, .moves = dk_jpeg_moves, .written = true),
    KIND(READ, "PNG", "a PNG picture", PNG_ENDINGS, .marks = {MARK("\x89PNG\r\n\x1A\n", 0)},
         .decode = dk_png_decode, .written = true),
    KIND(READ, "WebP", "a WebP picture", WEBP_ENDINGS, .check = is_webp, .decode = dk_webp_decode),
    KIND(READ, "GIF", "a GIF picture", GIF_ENDINGS, .marks = {MARK("GIF87a", 0), MARK("GIF89a", 0)},
         .decode = dk_gif_decode, .moves = dk_gif_moves),
    KIND(UNREAD, "raw", RAW, ".cr2 .cr3 .crw .orf .rw2 .raf .x3f .mrw",
         .marks = {MARK("II*\0\x10\0\0\0CR", 0), MARK("ftypcrx ", 4), MARK("HEAPCCDR", 6), MARK("IIRO", 0),
                   MARK("IIRS", 0), MARK("MMOR", 0), MARK("IIU\0", 0), MARK("FUJIFILMCCD-RAW", 0),
                   MARK("FOVb", 0), MARK("\0MRM", 0)}),
    KIND(READ, "TIFF", "a TIFF picture", TIFF_ENDINGS, .marks = {TIFF_MARKS}, .decode = dk_tiff_decode),
    /* These are TIFFs outside; tiff.c knows them by what is in them. */
    KIND(UNREAD, "raw", RAW,
         ".dng .nef .nrw .arw .srf .sr2 .pef .srw .3fr .iiq .erf .kdc .dcr .mos .mef .rwl .fff .gpr .raw",
         .marks = {TIFF_MARKS}),
    KIND(READ, "BMP", "a BMP picture", BMP_ENDINGS, .check = is_bmp, .decode = dk_bmp_decode),

    KIND(UNREAD, "AVIF", "an AVIF picture", ".avif .avifs", .check = is_avif),
    KIND(UNREAD, "HEIC", "a HEIC picture", ".heic .heif .hif", .check = is_heic),
    KIND(UNREAD, "JPEG XL", "a JPEG XL picture", ".jxl",
         .marks = {MARK("\xFF\x0A", 0), MARK("\0\0\0\x0CJXL \r\n\x87\n", 0)}),
    KIND(UNREAD, "JPEG 2000", "a JPEG 2000 picture", ".jp2 .j2k .jpf .jpx .j2c .jpm",
         .marks = {MARK("\0\0\0\x0CjP  ", 0), MARK("\xFF\x4F\xFF\x51", 0)}),
    KIND(UNREAD, "JPEG XR", "a JPEG XR picture", ".jxr .wdp .hdp", .marks = {MARK("II\xBC\x01", 0)}),
    KIND(UNREAD, "PSD", "a Photoshop picture (PSD)", ".psd .psb", .marks = {MARK("8BPS", 0)}),
    KIND(UNREAD, "XCF", "a GIMP picture (XCF)", ".xcf", .marks = {MARK("gimp xcf", 0)}),
    KIND(UNREAD, "SVG", "an SVG drawing", ".svg .svgz", .check = is_svg),
    KIND(UNREAD, "ICO", "an icon (ICO)", ".ico .cur", .marks = {MARK("\0\0\1\0", 0)}),
    KIND(UNREAD, "PNM", "a PBM, PGM or PPM picture", ".pbm .pgm .ppm .pnm .pam", .check = is_pnm),
    KIND(UNREAD, "EXR", "an OpenEXR picture", ".exr", .marks = {MARK("v/1\x01", 0)}),
    KIND(UNREAD, "HDR", "a Radiance picture (HDR)", ".hdr",
         .marks = {MARK("#?RADIANCE", 0), MARK("#?RGBE", 0)}),
    KIND(UNREAD, "QOI", "a QOI picture", ".qoi", .marks = {MARK("qoif", 0)}),
    KIND(UNREAD, "DDS", "a DDS picture", ".dds", .marks = {MARK("DDS ", 0)}),
    KIND(UNREAD, "TGA", "a Targa picture (TGA)", ".tga", .check = NULL),
    KIND(UNREAD, "DICOM", "a DICOM picture", ".dcm", .marks = {MARK("DICM", 128)}),

    KIND(FILM, "film", "a film (MP4, MOV)", "",
         .marks = {MARK("ftyp", 4), MARK("moov", 4), MARK("mdat", 4), MARK("wide", 4)}),
    KIND(FILM, "film", "a film (Matroska, WebM)", "", .marks = {MARK("\x1A\x45\xDF\xA3", 0)}),
    KIND(FILM, "film", "a film", "",
         .marks = {MARK("AVI LIST", 8), MARK("OggS", 0), MARK("FLV\1", 0), MARK("\0\0\1\xBA", 0),
                   MARK("\0\0\1\xB3", 0), MARK("\x30\x26\xB2\x75\x8E\x66\xCF\x11", 0)}),

    KIND(OTHER, "PDF", "a PDF", ".pdf", .marks = {MARK("%PDF", 0), MARK("%!PS", 0)}),
    KIND(OTHER, "zip", "a zip archive", ".zip .npz", .marks = {MARK("PK\x03\x04", 0)}),
    KIND(OTHER, "gzip", "a gzip archive", ".gz .tgz", .marks = {MARK("\x1F\x8B", 0)}),
    KIND(OTHER, "xz", "an xz archive", ".xz",
         .marks = {MARK("\xFD"
                        "7zXZ",
                        0)}),
    KIND(OTHER, "rar", "a RAR or 7-Zip archive", ".rar .7z",
         .marks = {MARK("Rar!", 0), MARK("7z\xBC\xAF", 0)}),
    KIND(OTHER, "page", "a web page", ".html .htm", .check = is_page),
    KIND(OTHER, "LFS", "a Git LFS pointer, not yet fetched", "",
         .marks = {MARK("version https://git-lfs", 0)}),
    /* What lies beside pictures by the thousand: known by their endings so that they need not be opened. */
    KIND(OTHER, "text", "a text",
         ".txt .xml .json .csv .tsv .md .yaml .yml .py .names .data .cfg .npy .mat .db", .check = NULL),
};

bool dk_format_fits(const dk_format *f, const uint8_t *bytes, size_t size) {
    for (const dk_mark *m = f->marks; m->count > 0; m++) {
        if (has(bytes, size, m->bytes, m->count, m->at)) {
            return true;
        }
    }
    return f->check != NULL && f->check(bytes, size);
}

const dk_format *dk_format_of(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (dk_format_fits(&formats[i], bytes, size)) {
            return &formats[i];
        }
    }
    return NULL;
}

const dk_format *dk_format_look(const char *path) {
    uint8_t head[DK_FORMAT_HEAD];
    return dk_format_of(head, dk_file_head(path, head, sizeof head));
}

/* "BMW.Jpg" ends in ".jpg"; a file that is called ".jpg" has no ending. */
static const char *ending_of(const char *path) {
    const char *const name = dk_path_name(path), *const dot = strrchr(name, '.');
    return dot == NULL || dot == name ? "" : dot;
}

static bool lists(const char *endings, const char *ending) {
    const size_t n = strlen(ending);
    for (const char *at = endings; n > 0 && *at != '\0'; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        if (length == n && spells((const uint8_t *)ending, at, n)) {
            return true;
        }
        at += length;
    }
    return false;
}

const dk_format *dk_format_named(const char *path) {
    const char *const ending = ending_of(path);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (lists(formats[i].endings, ending)) {
            return &formats[i];
        }
    }
    return NULL;
}

bool dk_image_named(const char *path) {
    const dk_format *const f = dk_format_named(path);
    return f != NULL && f->decode != NULL;
}

bool dk_image_written(const char *path) {
    const dk_format *const f = dk_format_named(path);
    return f != NULL && f->written;
}

/* "begins with 'abc..'": unprintable bytes as hex. */
static void describe(const uint8_t *bytes, size_t size, char what[80]) {
    const size_t shown = size < 8 ? size : 8;
    int at = snprintf(what, 80, "begins with '");
    for (size_t i = 0; i < shown; i++) {
        const char *const form = isprint(bytes[i]) ? "%c" : "\\x%02x";
        at += snprintf(what + at, 80 - (size_t)at, form, bytes[i]);
    }
    snprintf(what + at, 80 - (size_t)at, "'");
}

dk_status dk_format_refuse(const dk_format *f, const uint8_t *bytes, size_t size, const char *name,
                           dk_error *err) {
    char what[80];
    if (f != NULL && f->kind == DK_FORMAT_UNREAD) {
        return dk_fail(err, DK_EFORMAT, "%s: is %s, which is not read; save it as JPEG or PNG", name,
                       f->what);
    }
    if (f != NULL) {
        return dk_fail(err, DK_EFORMAT, "%s: is %s; pictures in " NAMES " are read", name, f->what);
    }
    if (size == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: is empty; pictures in " NAMES " are read", name);
    }
    describe(bytes, size, what);
    return dk_fail(err, DK_EFORMAT, "%s: is no picture (it %s); " NAMES " are read", name, what);
}
