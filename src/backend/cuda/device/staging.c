/* Ways in and out. What is written goes by a stream of its own into one of two slots on the card, from where the stream of
 * the work takes it to its place and form: the copy runs beside the work of the step before. Memory of the host that the
 * card does not reach by itself goes through the slot's own. Reading is the only wait for the work. */
#include <assert.h>
#include <string.h>

#include "backend/cuda/device/pinned.h"
#include "base/arena.h"

static dk_status grow(void **memory, size_t *room, size_t bytes, bool host, dk_error *err) {
    if (*memory != NULL && *room >= bytes) {
        return DK_OK;
    }
    (void)(host ? cudaFreeHost(*memory) : cudaFree(*memory)); /* both wait for who uses it */
    *memory = NULL;
    *room = 0;
    const cudaError_t error = host ? cudaMallocHost(memory, bytes) : cudaMalloc(memory, bytes);
    if (error != cudaSuccess && error != cudaErrorMemoryAllocation) {
        return dk_cuda_check(error, "memory", err);
    }
    if (error != cudaSuccess || *memory == NULL) {
        (void)cudaGetLastError();
        *memory = NULL;
        return dk_no_memory(err, bytes, "a copy to or from the card");
    }
    *room = bytes;
    return DK_OK;
}

static dk_status open_slot(dk_cuda_slot *s, dk_error *err) {
    DK_TRY(dk_cuda_check(cudaEventCreateWithFlags(&s->copied, cudaEventDisableTiming), "events", err));
    return dk_cuda_check(cudaEventCreateWithFlags(&s->taken, cudaEventDisableTiming), "events", err);
}

dk_status dk_cuda_staging_open(dk_cuda *e, dk_error *err) {
    for (int i = 0; i < DK_CUDA_SLOTS; i++) {
        DK_TRY(open_slot(&e->slots[i], err));
    }
    return open_slot(&e->out, err);
}

static void close_slot(dk_cuda_slot *s) {
    if (s->copied != NULL) {
        (void)cudaEventDestroy(s->copied);
    }
    if (s->taken != NULL) {
        (void)cudaEventDestroy(s->taken);
    }
    (void)cudaFreeHost(s->host);
    (void)cudaFree(s->device);
}

void dk_cuda_staging_close(dk_cuda *e) {
    for (int i = 0; i < DK_CUDA_SLOTS; i++) {
        close_slot(&e->slots[i]);
    }
    close_slot(&e->out);
}

static dk_cuda_view plain(void *data) {
    return (dk_cuda_view){data, false, false};
}

static dk_cuda_view view_of(const dk_tensor *t) {
    const dk_cuda_form form = dk_cuda_form_of(t);
    return (dk_cuda_view){t->data, form != DK_CUDA_PLAIN, form == DK_CUDA_ROWS_BF16};
}

/* The host's numbers where the copy may take them from: they stay as they are until `copied`. */
static dk_status hold(const dk_cuda *e, dk_cuda_slot *s, const float *host, size_t bytes, const void **from,
                      dk_error *err) {
    *from = host;
    if (dk_cuda_is_pinned(e, host, bytes)) {
        return DK_OK;
    }
    DK_TRY(dk_cuda_check(cudaEventSynchronize(s->copied), "a copy", err)); /* of what was there before */
    DK_TRY(grow(&s->host, &s->host_bytes, bytes, true, err));
    assert(s->host != NULL);
    memcpy(s->host, host, bytes);
    *from = s->host;
    return DK_OK;
}

dk_status dk_cuda_write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    dk_cuda_slot *s = &e->slots[e->next_slot];
    const size_t bytes = dk_shape_count(to->shape) * sizeof(float);
    const void *from = NULL;
    e->next_slot = (e->next_slot + 1) % DK_CUDA_SLOTS;
    if (bytes == 0) {
        return DK_OK;
    }
    DK_TRY(dk_cuda_enter(e, err));
    DK_TRY(grow(&s->device, &s->device_bytes, bytes, false, err));
    DK_TRY(hold(e, s, host, bytes, &from, err));
    DK_TRY(dk_cuda_check(cudaStreamWaitEvent(e->copies, s->taken, 0), "a copy", err));
    DK_TRY(dk_cuda_check(cudaMemcpyAsync(s->device, from, bytes, cudaMemcpyHostToDevice, e->copies), "a copy",
                         err));
    DK_TRY(dk_cuda_check(cudaEventRecord(s->copied, e->copies), "a copy", err));
    DK_TRY(dk_cuda_check(cudaStreamWaitEvent(e->stream, s->copied, 0), "a copy", err));
    dk_cuda_turn(e->stream, dk_cuda_sides_of(to->shape), plain(s->device), view_of(to));
    DK_TRY(dk_cuda_check(cudaEventRecord(s->taken, e->stream), "a copy", err));
    if (from == host) {
        DK_TRY(dk_cuda_check(cudaEventSynchronize(s->copied), "a copy", err)); /* the host goes on with it */
    }
    return dk_cuda_leave("write", err);
}

dk_status dk_cuda_fetch(dk_cuda *e, void *host, const void *device, size_t bytes, dk_error *err) {
    dk_cuda_slot *s = &e->out;
    DK_TRY(grow(&s->host, &s->host_bytes, bytes, true, err));
    DK_TRY(dk_cuda_check(cudaMemcpyAsync(s->host, device, bytes, cudaMemcpyDeviceToHost, e->stream), "a copy",
                         err));
    DK_TRY(dk_cuda_check(cudaStreamSynchronize(e->stream), "the work", err));
    assert(s->host != NULL);
    memcpy(host, s->host, bytes);
    return DK_OK;
}

dk_status dk_cuda_read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    const size_t bytes = dk_shape_count(from->shape) * sizeof(float);
    const void *device = from->data;
    if (bytes == 0) {
        return DK_OK;
    }
    DK_TRY(dk_cuda_enter(e, err));
    if (!dk_cuda_same(from->shape, dk_cuda_form_of(from), DK_CUDA_PLAIN)) {
        DK_TRY(grow(&e->out.device, &e->out.device_bytes, bytes, false, err));
        dk_cuda_turn(e->stream, dk_cuda_sides_of(from->shape), view_of(from), plain(e->out.device));
        DK_TRY(dk_cuda_leave("read", err));
        device = e->out.device;
    }
    return dk_cuda_fetch(e, host, device, bytes, err);
}
