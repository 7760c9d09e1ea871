/* JPEG through libjpeg-turbo. A picture is whole when the last block of every component was decoded before the data
 * ended; libjpeg's warnings of less (data that ends early, corrupt codes) are errors here: what it would hand out is a
 * picture with a grey rest. Its other warnings cost no pixel and are passed over. No message goes to stderr.
 * Grey files give one channel, all others three. */
#include <stdio.h> /* jpeglib.h needs it first */

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/codec.h"
#include "image/jpeg_scans.h"

/* Every 8x8 block of a Huffman-coded file takes a bit, so a byte cannot hold more pixels than this. */
#define MAX_PIXELS_PER_BYTE 512
/* Each scan of a progressive file goes over the whole picture again, and takes hardly a byte for it: a small file can
 * ask for hours. Real ones have about 10; 2^28 blocks take some 4 s. */
#define MAX_SCANS 100
#define MAX_BLOCKS (1UL << 28)

typedef struct {
    struct jpeg_error_mgr base; /* first: libjpeg hands out a pointer to it */
    jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
    int code;
    bool ended; /* the data ended without an end mark */
} trap;

/* Warnings that cost no pixel: stray bytes before a marker, a version that is not known, and the like. */
static bool is_harmless(int code) {
    return code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM ||
           code == JWRN_NOT_SEQUENTIAL || code == JWRN_BOGUS_ICC;
}

/* Error handlers of libjpeg must not return. */
static _Noreturn void spring(j_common_ptr info) {
    trap *const t = (trap *)info->err;
    t->code = t->base.msg_code;
    t->base.format_message(info, t->text);
    longjmp(t->jump, 1);
}

static void on_message(j_common_ptr info, int level) {
    trap *const t = (trap *)info->err;
    if (level < 0 && t->base.msg_code == JWRN_JPEG_EOF) {
        t->ended = true; /* libjpeg goes on with an end mark of its own */
    } else if (level < 0 && !is_harmless(t->base.msg_code)) {
        spring(info);
    }
}

static void on_output(j_common_ptr info) {
    (void)info;
}

static void set_trap(trap *t) {
    *t = (trap){.code = 0};
    jpeg_std_error(&t->base);
    t->base.error_exit = spring;
    t->base.emit_message = on_message;
    t->base.output_message = on_output;
}

static dk_status fail_read(const trap *t, const char *name, dk_error *err) {
    if (t->code == JERR_OUT_OF_MEMORY) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the JPEG was read", name);
    }
    if (t->code == JERR_SOF_UNSUPPORTED || t->code == JERR_BAD_PRECISION ||
        t->code == JERR_CONVERSION_NOTIMPL || t->code == JERR_ARITH_NOTIMPL) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: JPEG of a kind that is not read (%s)", name, t->text);
    }
    const bool early = t->ended || t->code == JWRN_HIT_MARKER || t->code == JERR_INPUT_EOF ||
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

/* What the header says must be a picture that we take, and one that can be read in some seconds. */
static dk_status check_header(const struct jpeg_decompress_struct *info, const uint8_t *bytes, size_t size,
                              const char *name, dk_error *err) {
    const int channels = info->num_components;
    if (channels != 1 && channels != 3 && channels != 4) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: JPEG has %d colour channels; save it as RGB or grey", name,
                       channels);
    }
    DK_TRY(dk_image_check_size(info->image_width, info->image_height, name, err));
    const uint64_t pixels = (uint64_t)info->image_width * info->image_height;
    const dk_density density = {"JPEG", info->image_width,   info->image_height,
                                pixels, MAX_PIXELS_PER_BYTE, false};
    if (!info->arith_code) {
        DK_TRY(dk_image_check_density(&density, size, name, err));
    }
    uint64_t blocks = 0;
    for (int i = 0; i < channels; i++) {
        blocks += (uint64_t)info->comp_info[i].width_in_blocks * info->comp_info[i].height_in_blocks;
    }
    const uint64_t scans = (uint64_t)dk_jpeg_walk(bytes, size).scans;
    if (scans >= MAX_SCANS || scans * blocks > MAX_BLOCKS) {
        return dk_fail(err, DK_EFORMAT, "%s: JPEG asks for too much work (%llu scans over %llu blocks)", name,
                       (unsigned long long)scans, (unsigned long long)blocks);
    }
    return DK_OK;
}

/* Whether nothing that follows could change a pixel. Progressive files: every bit of every coefficient has come; others:
 * each component's scan (a bit of `seen`). */
static bool is_whole(const struct jpeg_decompress_struct *info, unsigned seen) {
    bool whole = true;
    for (int c = 0; c < info->num_components; c++) {
        whole = whole && (seen >> c & 1u) != 0;
        for (int i = 0; i < DCTSIZE2 && info->progressive_mode; i++) {
            whole = whole && info->coef_bits[c][i] == 0;
        }
    }
    return whole;
}

/* Takes in the scans until the picture is whole or the end mark says that no more will come, as is allowed: coefficients
 * may be left out, but no component. */
static bool take_scans(struct jpeg_decompress_struct *info, const trap *t) {
    unsigned seen = 0;
    int got = JPEG_REACHED_SOS;
    while (got != JPEG_REACHED_EOI && !(got == JPEG_SCAN_COMPLETED && is_whole(info, seen))) {
        got = jpeg_consume_input(info);
        for (int i = 0; i < info->comps_in_scan && got == JPEG_SCAN_COMPLETED; i++) {
            seen |= 1u << info->cur_comp_info[i]->component_index;
        }
        if (info->input_scan_number >=
            MAX_SCANS) { /* only when dk_jpeg_walk saw other markers than libjpeg does */
            ERREXIT(info, JERR_BAD_PROGRESSION);
        }
    }
    return is_whole(info, seen) || (!t->ended && seen + 1 == 1u << info->num_components);
}

/* Adobe's programs write CMYK inverted (0 is full ink), and so do all others: files without Adobe's mark are read alike
 * by every program. The colour profile is not looked at. */
static void rgb_from_cmyk(const JSAMPLE *cmyk, uint8_t *rgb, int w) {
    for (int x = 0; x < w; x++, cmyk += 4, rgb += 3) {
        for (int c = 0; c < 3; c++) {
            rgb[c] = dk_over_black(cmyk[c], cmyk[3]);
        }
    }
}

static void read_rows(struct jpeg_decompress_struct *info, dk_image *image) {
    const size_t row = (size_t)image->w * (size_t)image->c;
    const bool cmyk = info->num_components == 4;
    JSAMPARRAY spare =
        (*info->mem->alloc_sarray)((j_common_ptr)info, JPOOL_IMAGE, cmyk ? info->output_width * 4 : 1, 1);
    while (info->output_scanline < info->output_height) {
        uint8_t *const to = image->pixels + info->output_scanline * row;
        JSAMPROW into = cmyk ? spare[0] : to;
        (void)jpeg_read_scanlines(info, &into, 1);
        if (cmyk) {
            rgb_from_cmyk(spare[0], to, image->w);
        }
    }
}

/* Everything that may jump after the header. What follows the last block is not read: it costs no pixel. */
static dk_status read_all(struct jpeg_decompress_struct *info, const trap *t, dk_image *image,
                          const char *name, dk_error *err) {
    static const J_COLOR_SPACE space[] = {[1] = JCS_GRAYSCALE, [3] = JCS_RGB, [4] = JCS_CMYK};
    info->out_color_space = space[info->num_components];
    bool whole = true;
    if (jpeg_has_multiple_scans(info)) {
        info->buffered_image = TRUE;
        (void)jpeg_start_decompress(info);
        whole = take_scans(info, t);
        (void)jpeg_start_output(info, info->input_scan_number);
    } else {
        (void)jpeg_start_decompress(info);
    }
    read_rows(info, image);
    /* an arithmetic decoder does not tell where its data ended */
    return whole && !(t->ended && info->arith_code)
               ? DK_OK
               : dk_fail(err, DK_EFORMAT, "%s: JPEG ends early (not all of its scans are there)", name);
}

dk_status dk_jpeg_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                         const char *name, dk_error *err) {
    struct jpeg_decompress_struct info;
    trap t;
    dk_status status;
    set_trap(&t);
    info.err = &t.base;
    if (setjmp(t.jump) != 0) {
        status = fail_read(&t, name, err);
        goto done;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, size);
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
    (void)jpeg_read_header(&info, TRUE);
    status = check_header(&info, bytes, size, name, err);
    if (status != DK_OK) {
        goto done;
    }
    *orientation = find_orientation(&info);
    status = dk_image_new(out, (int)info.image_width, (int)info.image_height,
                          info.num_components == 1 ? 1 : 3, err);
    if (status == DK_OK) {
        status = read_all(&info, &t, *out, name, err);
    }
done:
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
