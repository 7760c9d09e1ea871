/* Descriptors of tensors: plain, free for the library to choose, as they lie; and the view of our own
 * kernels. */
#include "backend/onednn/layout.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

struct dk_dnn_layout {
    dk_dnn_layout *next;
    dnnl_memory_desc_t md;
};

static const dnnl_data_type_t types[DK_PRECISIONS] = {[DK_F32] = dnnl_f32, [DK_BF16] = dnnl_bf16};

size_t dk_dnn_item(dk_precision precision) {
    return precision == DK_BF16 ? sizeof(dk_bf16) : sizeof(float);
}

dk_precision dk_dnn_md_precision(const dnnl_memory_desc_t *md) {
    return md->data_type == dnnl_bf16 ? DK_BF16 : DK_F32;
}

dk_precision dk_dnn_precision(const dk_tensor *t) {
    return t->layout == NULL ? DK_F32 : dk_dnn_md_precision(t->layout);
}

bool dk_dnn_any_bf16(const dk_plan_desc *d) {
    for (int i = 0; i < d->inputs; i++) {
        if (dk_dnn_precision(d->x[i]) == DK_BF16) {
            return true;
        }
    }
    return false;
}

dnnl_memory_desc_t dk_dnn_md_in(const dnnl_memory_desc_t *md, dk_precision precision) {
    dnnl_memory_desc_t other = *md;
    other.data_type = types[precision];
    return other;
}

static dnnl_memory_desc_t by_tag(dk_shape s, dk_precision precision, dnnl_format_tag_t tag) {
    const dnnl_dims_t dims = {s.n, s.c, s.h, s.w};
    dnnl_memory_desc_t md;
    const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&md, 4, dims, types[precision], tag);
    assert(status == dnnl_success);
    (void)status;
    return md;
}

dnnl_memory_desc_t dk_dnn_md_plain(dk_shape s) {
    return by_tag(s, DK_F32, dnnl_nchw);
}

dnnl_memory_desc_t dk_dnn_md_any(dk_shape s, dk_precision precision) {
    return by_tag(s, precision, dnnl_format_tag_any);
}

dnnl_memory_desc_t dk_dnn_md_blocks(dk_shape s, dk_precision precision, int lanes) {
    return by_tag(s, precision, lanes == 16 ? dnnl_nChw16c : lanes == 8 ? dnnl_nChw8c : dnnl_format_tag_any);
}

dnnl_memory_desc_t dk_dnn_md_list(int n) {
    const dnnl_dims_t dims = {n};
    dnnl_memory_desc_t md;
    const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&md, 1, dims, dnnl_f32, dnnl_a);
    assert(status == dnnl_success);
    (void)status;
    return md;
}

dnnl_memory_desc_t dk_dnn_md(const dk_tensor *t) {
    return t->layout == NULL ? dk_dnn_md_plain(t->shape) : *(const dnnl_memory_desc_t *)t->layout;
}

dnnl_memory_desc_t dk_dnn_md_like(dk_shape s, const dnnl_memory_desc_t *md) {
    const dnnl_blocking_desc_t *b = &md->format_desc.blocking;
    const dk_precision precision = dk_dnn_md_precision(md);
    if (b->inner_nblks == 1 && b->inner_idxs[0] == 1 && b->inner_blks[0] == 16) {
        return by_tag(s, precision, dnnl_nChw16c);
    }
    if (b->inner_nblks == 1 && b->inner_idxs[0] == 1 && b->inner_blks[0] == 8) {
        return by_tag(s, precision, dnnl_nChw8c);
    }
    const bool beside = b->inner_nblks == 0 && b->strides[1] == 1 && md->dims[1] > 1;
    return by_tag(s, precision, beside ? dnnl_nhwc : dnnl_nchw);
}

dk_status dk_dnn_layout_set(dk_dnn *e, dk_tensor *t, const dnnl_memory_desc_t *md, dk_error *err) {
    const dnnl_memory_desc_t plain = dk_dnn_md_plain(t->shape);
    if (dnnl_memory_desc_equal(md, &plain)) {
        t->layout = NULL;
        return DK_OK;
    }
    for (const dk_dnn_layout *l = e->layouts; l != NULL; l = l->next) {
        if (dnnl_memory_desc_equal(&l->md, md)) {
            t->layout = &l->md;
            return DK_OK;
        }
    }
    dk_dnn_layout *l = malloc(sizeof *l);
    if (l == NULL) {
        return dk_no_memory(err, sizeof *l, "a layout");
    }
    *l = (dk_dnn_layout){e->layouts, *md};
    e->layouts = l;
    t->layout = &l->md;
    return DK_OK;
}

void dk_dnn_layouts_free(dk_dnn *e) {
    while (e->layouts != NULL) {
        dk_dnn_layout *next = e->layouts->next;
        free(e->layouts);
        e->layouts = next;
    }
}

/* Plain n,c,1,1 is a table of n rows: one image of n pixels whose channels lie side by side. */
static dk_dnn_planes rows(dk_shape s) {
    return (dk_dnn_planes){.images = 1,
                           .channels = s.c,
                           .pixels = s.n,
                           .lanes = DK_DNN_LANES,
                           .blocks = (s.c + DK_DNN_LANES - 1) / DK_DNN_LANES,
                           .block = DK_DNN_LANES,
                           .pixel = (size_t)s.c};
}

bool dk_dnn_planes_of(const dk_tensor *t, dk_dnn_planes *out) {
    const dk_shape s = t->shape;
    if (t->layout == NULL && s.h * s.w == 1) {
        *out = rows(s);
        return true;
    }
    const dnnl_memory_desc_t md = dk_dnn_md(t);
    const dnnl_blocking_desc_t *b = &md.format_desc.blocking;
    if (md.format_kind != dnnl_blocked || md.offset0 != 0) {
        return false;
    }
    *out =
        (dk_dnn_planes){.images = s.n, .channels = s.c, .pixels = s.h * s.w, .image = (size_t)b->strides[0]};
    if (b->inner_nblks == 1 && b->inner_idxs[0] == 1) {
        out->lanes = (int)b->inner_blks[0];
        out->block = (size_t)b->strides[1];
        out->padded = true;
    } else if (b->inner_nblks == 0 && b->strides[1] == 1) {
        out->lanes = DK_DNN_LANES;
        out->block = DK_DNN_LANES;
    } else if (b->inner_nblks == 0) {
        out->lanes = 1;
        out->block = (size_t)b->strides[1];
    } else {
        return false;
    }
    out->blocks = (s.c + out->lanes - 1) / out->lanes;
    out->pixel = s.w > 1 ? (size_t)b->strides[3] : (size_t)b->strides[2];
    return s.w == 1 || s.h == 1 || b->strides[2] == b->strides[3] * s.w;
}

dk_dnn_strip dk_dnn_strip_of(const dk_dnn_planes *p, int block) {
    const int left = p->channels - block * p->lanes, valid = left < p->lanes ? left : p->lanes;
    return (dk_dnn_strip){
        .pixels = p->pixels, .lanes = p->padded ? p->lanes : valid, .valid = valid, .step = p->pixel};
}

size_t dk_dnn_strip_at(const dk_dnn_planes *p, int block, int image) {
    return (size_t)image * p->image + (size_t)block * p->block;
}
