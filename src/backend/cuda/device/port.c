/* Inputs that come in another form than the plan works in are turned into scratch, and their gradients back from it. */
#include "backend/cuda/device/engine.h"

void dk_cuda_ports_plan(dk_cuda_plan *p, const dk_plan_desc *d) {
    for (int i = 0; i < d->inputs; i++) {
        dk_cuda_port *k = &p->port[i];
        *k = (dk_cuda_port){.shape = d->x[i]->shape, .form = dk_cuda_form_of(d->x[i])};
        k->same = dk_cuda_same(k->shape, k->form, p->form);
        if (!k->same) {
            k->x_at = dk_cuda_reserve(p, dk_cuda_bytes(k->shape, p->form));
        }
        if (!k->same && d->train && d->wants_dx) {
            k->dx_at = dk_cuda_reserve(p, dk_cuda_bytes(k->shape, p->form));
        }
    }
}

static dk_cuda_view view(dk_cuda_form form, const void *data) {
    return (dk_cuda_view){(void *)(uintptr_t)data, form != DK_CUDA_PLAIN, form == DK_CUDA_ROWS_BF16};
}

void dk_cuda_ports_in(dk_cuda_plan *p, const dk_args *a) {
    for (int i = 0; i < p->desc.inputs; i++) {
        dk_cuda_port *k = &p->port[i];
        k->x = a->x[i]->data;
        if (!k->same) {
            void *turned = dk_cuda_scratch(p, k->x_at);
            dk_cuda_turn(p->engine->stream, dk_cuda_sides_of(k->shape), view(k->form, k->x),
                         view(p->form, turned));
            k->x = turned;
        }
    }
}

void dk_cuda_ports_aim(dk_cuda_plan *p, const dk_args *a) {
    for (int i = 0; i < p->desc.inputs; i++) {
        dk_cuda_port *k = &p->port[i];
        const bool wanted = a->dx != NULL && a->dx[i] != NULL;
        k->dx = !wanted ? NULL : k->same ? a->dx[i]->data : dk_cuda_scratch(p, k->dx_at);
    }
}

void dk_cuda_ports_out(dk_cuda_plan *p, const dk_args *a) {
    for (int i = 0; i < p->desc.inputs; i++) {
        const dk_cuda_port *k = &p->port[i];
        if (k->dx != NULL && !k->same) {
            dk_cuda_turn(p->engine->stream, dk_cuda_sides_of(k->shape), view(p->form, k->dx),
                         view(k->form, a->dx[i]->data));
        }
    }
}
