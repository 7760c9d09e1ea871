/* JPEG through libjpeg-turbo. libjpeg's warnings (data ends early, corrupt codes) are errors here: what it
 * would hand out is a picture with a grey rest. Its messages go into the error text, never to stderr.
 * Grey files give one channel, YCbCr and RGB files three; CMYK is refused. */
#include <stdio.h> /* jpeglib.h needs it first */

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/codec.h"

/* Every 8x8 block of a Huffman-coded file takes a bit, so a byte cannot hold more pixels than this. */
#define MAX_PIXELS_PER_BYTE 512
#define MAX_SCANS 1000 /* progressive files have about 10 */

typedef struct {
    struct jpeg_error_mgr base; /* first: libjpeg hands out a pointer to it */
    jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
    int code;
} trap;

/* Error handlers of libjpeg must not return. */
static _Noreturn void spring(j_common_ptr info) {
    trap *const t = (trap *)info->err;
    t->code = t->base.msg_code;
    t->base.format_message(info, t->text);
    longjmp(t->jump, 1);
}

static void on_message(j_common_ptr info, int level) {
    if (level < 0) {
        spring(info);
    }
}

static void on_output(j_common_ptr info) {
    (void)info;
}

static void set_trap(trap *t) {
    jpeg_std_error(&t->base);
    t->base.error_exit = spring;
    t->base.emit_message = on_message;
    t->base.output_message = on_output;
}

static dk_status fail_read(const trap *t, const char *name, dk_error *err) {
    if (t->code == JERR_OUT_OF_MEMORY) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the JPEG was read", name);
    }
    const bool early = t->code == JWRN_JPEG_EOF || t->code == JWRN_HIT_MARKER || t->code == JERR_INPUT_EOF ||
                       t->code == JERR_INPUT_EMPTY || t->code == JERR_NO_IMAGE;
    return dk_fail(err, DK_EFORMAT, "%s: JPEG %s (%s)", name, early ? "ends early" : "is broken", t->text);
}

static int find_orientation(const struct jpeg_decompress_struct *info) {
    for (jpeg_saved_marker_ptr m = info->marker_list; m != NULL; m = m->next) {
        if (m->data_length > 6 && memcmp(m->data, "Exif\0\0", 6) == 0) {
            return dk_exif_orientation(m->data + 6, m->data_length - 6);
        }
    }
    return 1;
}

/* What the header says must be a picture that we take. */
static dk_status check_header(const struct jpeg_decompress_struct *info, size_t size, const char *name,
                              dk_error *err) {
    if (info->num_components != 1 && info->num_components != 3) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: JPEG has %d colour channels (CMYK?); save it as RGB or grey", name,
                       info->num_components);
    }
    DK_TRY(dk_image_check_size(info->image_width, info->image_height, name, err));
    const double pixels = (double)info->image_width * info->image_height;
    if (!info->arith_code && pixels > (double)size * MAX_PIXELS_PER_BYTE) {
        return dk_fail(err, DK_EFORMAT, "%s: JPEG ends early (%zu bytes cannot hold %ux%u pixels)", name,
                       size, info->image_width, info->image_height);
    }
    return DK_OK;
}

/* Each scan of a progressive file goes over the whole picture again: a small file can ask for hours. */
static void on_progress(j_common_ptr info) {
    if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > MAX_SCANS) {
        ERREXIT(info, JERR_BAD_PROGRESSION);
    }
}

static void read_rows(struct jpeg_decompress_struct *info, dk_image *image) {
    const size_t row = (size_t)image->w * (size_t)image->c;
    while (info->output_scanline < info->output_height) {
        JSAMPROW to = image->pixels + info->output_scanline * row;
        (void)jpeg_read_scanlines(info, &to, 1);
    }
    (void)jpeg_finish_decompress(info);
}

dk_status dk_jpeg_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                         const char *name, dk_error *err) {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    dk_image *volatile image = NULL; /* volatile: it must survive the longjmp */
    trap t;
    dk_status status;
    set_trap(&t);
    info.err = &t.base;
    if (setjmp(t.jump) != 0) {
        status = fail_read(&t, name, err);
        goto done;
    }
    jpeg_create_decompress(&info);
    info.progress = &progress;
    jpeg_mem_src(&info, bytes, size);
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
    (void)jpeg_read_header(&info, TRUE);
    status = check_header(&info, size, name, err);
    if (status != DK_OK) {
        goto done;
    }
    *orientation = find_orientation(&info);
    info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    dk_image *fresh = NULL;
    status = dk_image_new(&fresh, (int)info.image_width, (int)info.image_height, info.num_components, err);
    if (status != DK_OK) {
        goto done;
    }
    image = fresh;
    (void)jpeg_start_decompress(&info);
    read_rows(&info, image);
    *out = image;
    image = NULL;
done:
    dk_image_free(image);
    jpeg_destroy_decompress(&info);
    return status;
}

dk_status dk_jpeg_encode(dk_buffer *out, const dk_image *image, int quality, const char *name,
                         dk_error *err) {
    struct jpeg_compress_struct info;
    unsigned char *volatile bytes = NULL;
    unsigned long size = 0;
    trap t;
    if (quality < 1 || quality > 100) {
        return dk_fail(err, DK_EUSAGE, "%s: JPEG quality %d is out of range 1..100", name, quality);
    }
    set_trap(&t);
    info.err = &t.base;
    if (setjmp(t.jump) != 0) {
        jpeg_destroy_compress(&info);
        free(bytes);
        return dk_fail(err, DK_EFORMAT, "%s: cannot make a JPEG (%s)", name, t.text);
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, (unsigned char **)&bytes, &size);
    info.image_width = (JDIMENSION)image->w;
    info.image_height = (JDIMENSION)image->h;
    info.input_components = image->c;
    info.in_color_space = image->c == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    const size_t row = (size_t)image->w * (size_t)image->c;
    while (info.next_scanline < info.image_height) {
        JSAMPROW from = image->pixels + info.next_scanline * row;
        (void)jpeg_write_scanlines(&info, &from, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    dk_buffer_put(out, bytes, size);
    free(bytes);
    return out->failed ? dk_no_memory(err, size, "a JPEG") : DK_OK;
}
