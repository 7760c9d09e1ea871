/* RIFF: chunks of a four-letter name, a little-endian length and as many bytes, padded to an even number; a LIST is a
 * chunk of chunks. The headers are those of AVIMAINHEADER, AVISTREAMHEADER and BITMAPINFOHEADER (Microsoft, "AVI RIFF
 * File Reference"). They have a fixed size: they are written first with zeros for what is not yet known, and again at
 * the end. */
#include "avi.h"

#include <errno.h>
#include <string.h>

enum { HEADERS = 224, MOVI = HEADERS - 4 /* of the word "movi": offsets of the index count from it */ };
enum { HAS_INDEX = 0x10, KEY_FRAME = 0x10 };
static const uint64_t most_bytes = 1u << 31; /* what readers of AVI 1.0 understand */

static void put(dk_buffer *b, uint32_t v) {
    const uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    dk_buffer_put(b, bytes, sizeof bytes);
}

static void put_name(dk_buffer *b, const char *name) {
    dk_buffer_put(b, name, 4);
}

static void put_chunk(dk_buffer *b, const char *name, uint32_t size) {
    put_name(b, name);
    put(b, size);
}

static void put_main_header(dk_buffer *b, const struct avi *a) {
    put_chunk(b, "avih", 56);
    put(b, (uint32_t)(1000000 / a->fps)); /* microseconds a frame */
    put(b, a->largest * (uint32_t)a->fps);
    put(b, 0); /* padding granularity */
    put(b, HAS_INDEX);
    put(b, a->frames);
    put(b, 0); /* initial frames */
    put(b, 1); /* streams */
    put(b, a->largest);
    put(b, (uint32_t)a->w);
    put(b, (uint32_t)a->h);
    for (int i = 0; i < 4; i++) {
        put(b, 0);
    }
}

static void put_stream(dk_buffer *b, const struct avi *a) {
    put_chunk(b, "strh", 56);
    put_name(b, "vids");
    put_name(b, "MJPG");
    put(b, 0); /* flags */
    put(b, 0); /* priority, language */
    put(b, 0); /* initial frames */
    put(b, 1); /* scale: fps/1 frames a second */
    put(b, (uint32_t)a->fps);
    put(b, 0); /* start */
    put(b, a->frames);
    put(b, a->largest);
    put(b, UINT32_MAX); /* quality: not told */
    put(b, 0);          /* sample size: varies */
    put(b, 0);          /* left, top; right, bottom: 16 bits each */
    put(b, (uint32_t)a->w | (uint32_t)a->h << 16);
    put_chunk(b, "strf", 40);
    put(b, 40);
    put(b, (uint32_t)a->w);
    put(b, (uint32_t)a->h);
    put(b, 1 | 24 << 16); /* planes, bits a pixel */
    put_name(b, "MJPG");
    put(b, (uint32_t)(3 * a->w * a->h));
    for (int i = 0; i < 4; i++) {
        put(b, 0);
    }
}

/* Everything before the first frame; `movi` and `file` are the lengths behind those two headers. */
static dk_status write_headers(struct avi *a, uint32_t movi, uint32_t file, dk_error *err) {
    dk_buffer b = {0};
    put_chunk(&b, "RIFF", file);
    put_name(&b, "AVI ");
    put_chunk(&b, "LIST", 192);
    put_name(&b, "hdrl");
    put_main_header(&b, a);
    put_chunk(&b, "LIST", 116);
    put_name(&b, "strl");
    put_stream(&b, a);
    put_chunk(&b, "LIST", movi);
    put_name(&b, "movi");
    dk_status status = DK_OK;
    if (b.failed || fseek(a->file.f, 0, SEEK_SET) != 0 || fwrite(b.text, 1, b.size, a->file.f) != HEADERS) {
        status = dk_fail(err, DK_EIO, "%s: cannot write the headers: %s", a->file.path, strerror(errno));
    }
    dk_buffer_free(&b);
    return status;
}

dk_status avi_open(struct avi *a, const char *path, int w, int h, int fps, dk_error *err) {
    *a = (struct avi){.w = w, .h = h, .fps = fps};
    DK_TRY(dk_writer_open(&a->file, path, err));
    const dk_status status = write_headers(a, 0, 0, err);
    if (status != DK_OK) {
        avi_abandon(a);
    }
    return status;
}

void avi_abandon(struct avi *a) {
    dk_writer_abandon(&a->file);
    dk_buffer_free(&a->index);
}

dk_status avi_add(struct avi *a, const void *jpeg, size_t size, dk_error *err) {
    const long at = ftell(a->file.f);
    if (at < 0 || (uint64_t)at + size + a->index.size + 64 > most_bytes) {
        return dk_fail(err, DK_EIO, "%s: would be larger than 2 GiB, which AVI cannot hold; make it shorter",
                       a->file.path);
    }
    dk_buffer chunk = {0};
    put_chunk(&chunk, "00dc", (uint32_t)size);
    dk_buffer_put(&chunk, jpeg, size);
    dk_buffer_put(&chunk, "", size % 2);
    put_chunk(&a->index, "00dc", KEY_FRAME);
    put(&a->index, (uint32_t)at - MOVI);
    put(&a->index, (uint32_t)size);
    dk_status status = DK_OK;
    if (chunk.failed || a->index.failed || fwrite(chunk.text, 1, chunk.size, a->file.f) != chunk.size) {
        status = dk_fail(err, DK_EIO, "%s: cannot write a frame: %s", a->file.path, strerror(errno));
    }
    dk_buffer_free(&chunk);
    a->frames++;
    a->largest = size > a->largest ? (uint32_t)size : a->largest;
    return status;
}

static dk_status finish(struct avi *a, dk_error *err) {
    const uint32_t end = (uint32_t)ftell(a->file.f);
    dk_buffer head = {0};
    put_chunk(&head, "idx1", (uint32_t)a->index.size);
    const bool written = !head.failed && fwrite(head.text, 1, head.size, a->file.f) == head.size &&
                         fwrite(a->index.text, 1, a->index.size, a->file.f) == a->index.size;
    dk_buffer_free(&head);
    if (!written) {
        return dk_fail(err, DK_EIO, "%s: cannot write the index: %s", a->file.path, strerror(errno));
    }
    DK_TRY(write_headers(a, end - MOVI, end + 8 + (uint32_t)a->index.size - 8, err));
    return dk_writer_commit(&a->file, err);
}

dk_status avi_close(struct avi *a, dk_error *err) {
    const dk_status status = finish(a, err);
    avi_abandon(a);
    return status;
}
