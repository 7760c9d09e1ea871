/* Ports: reorders at the edges of an operation. */
#include "backend/onednn/port.h"

dk_status dk_dnn_port_open(dk_dnn_port *p, dk_dnn_plan *plan, const dk_tensor *x,
                           const dnnl_memory_desc_t *inside, bool train, dk_error *err) {
    const dnnl_memory_desc_t own = dk_dnn_md(x);
    DK_TRY(dk_dnn_reorder_make(plan->engine, &p->in, &own, inside, err));
    if (train) {
        DK_TRY(dk_dnn_reorder_make(plan->engine, &p->out, inside, &own, err));
    }
    p->in_at = dk_piece(&plan->seam.scratch, dk_dnn_bytes_of(&p->in, DNNL_ARG_TO));
    p->out_at = dk_piece(&plan->seam.scratch, dk_dnn_bytes_of(&p->out, DNNL_ARG_FROM));
    p->pad_at = dk_piece(&plan->seam.scratch, dk_dnn_pad_of(&p->in, &p->out));
    return DK_OK;
}

void dk_dnn_port_free(dk_dnn_port *p) {
    dk_dnn_primitive_free(&p->in);
    dk_dnn_primitive_free(&p->out);
}

dk_status dk_dnn_port_in(dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *x, const void **inside,
                         dk_error *err) {
    void *scratch = plan->memory.scratch;
    *inside = x->data;
    return dk_dnn_reorder(plan->engine, &p->in, dk_piece_at(scratch, p->pad_at), inside,
                          dk_piece_at(scratch, p->in_at), err);
}

void *dk_dnn_port_gradient(const dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *dx) {
    if (dx == NULL) {
        return NULL;
    }
    return p->out.run == NULL ? dx->data : dk_piece_at(plan->memory.scratch, p->out_at);
}

dk_status dk_dnn_port_out(dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *dx, dk_error *err) {
    const void *from = dk_dnn_port_gradient(p, plan, dx);
    if (dx == NULL) {
        return DK_OK;
    }
    return dk_dnn_reorder(plan->engine, &p->out, dk_piece_at(plan->memory.scratch, p->pad_at), &from,
                          dx->data, err);
}
