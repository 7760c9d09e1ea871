/* Softmax and losses, over plain values. A run whose values stand side by side is the work of a block, any other that of a
 * thread: then neighbouring runs stand side by side. */
#include "backend/cuda/device/number.h"

enum { SIDE = 64 }; /* threads of a block that shares one run */

/* The largest, or the sum, of the values of all threads of a block, in the order of a tree; every thread gets the answer. */
DK_DEVICE float together(float mine, float *shared, bool largest) {
    shared[threadIdx.x] = mine;
    DK_BARRIER();
    for (unsigned half = SIDE / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            const float a = shared[threadIdx.x], b = shared[threadIdx.x + half];
            shared[threadIdx.x] = largest ? fmaxf(a, b) : a + b;
        }
        DK_BARRIER();
    }
    const float all = shared[0];
    DK_BARRIER();
    return all;
}

DK_DEVICE size_t start(dk_cuda_runs r, size_t run) {
    const size_t n = dk_quotient(run, (int)r.runs), k = (size_t)dk_rest(run, (int)r.runs);
    return n * r.runs * r.length + k * r.apart;
}

/* One run by `threads` threads, of which this is the one that begins at `first`: −Σ t·log y of its values. */
struct run_of {
    const float *x, *t;
    float *y;
};

DK_DEVICE float largest_of(dk_cuda_runs r, const float *x, long first, long threads) {
    float most = -INFINITY;
    for (long i = first; i < r.length; i += threads) {
        most = fmaxf(most, x[i * r.step]);
    }
    return most;
}

DK_DEVICE float sum_of(dk_cuda_runs r, const float *x, float most, long first, long threads) {
    float sum = 0;
    for (long i = first; i < r.length; i += threads) {
        sum += expf((x[i * r.step] - most) / r.temperature);
    }
    return sum;
}

DK_DEVICE float write(dk_cuda_runs r, const run_of &k, float most, float sum, long first, long threads) {
    const float log_sum = logf(sum);
    float loss = 0;
    for (long i = first; i < r.length; i += threads) {
        const float log_y = (k.x[i * r.step] - most) / r.temperature - log_sum;
        k.y[i * r.step] = expf(log_y);
        loss -= k.t != NULL ? k.t[i * r.step] * log_y : 0;
    }
    return loss;
}

DK_DEVICE run_of run_at(dk_cuda_runs r, size_t run, const float *x, const float *truth, float *y) {
    const size_t at = start(r, run);
    return {x + at, truth != NULL ? truth + at : NULL, y + at};
}

DK_KERNEL softmax_of_thread(dk_cuda_runs r, size_t runs, const float *x, const float *truth, float *y,
                            float *losses) {
    DK_EACH(i, runs);
    const run_of k = run_at(r, i, x, truth, y);
    const float most = largest_of(r, k.x, 0, 1), sum = sum_of(r, k.x, most, 0, 1);
    const float loss = write(r, k, most, sum, 0, 1);
    if (truth != NULL) {
        losses[i] = loss;
    }
}

DK_KERNEL softmax_of_block(dk_cuda_runs r, const float *x, const float *truth, float *y, float *losses) {
    DK_SHARED(float, shared, SIDE);
    const long me = (long)threadIdx.x;
    const run_of k = run_at(r, blockIdx.x, x, truth, y);
    const float most = together(largest_of(r, k.x, me, SIDE), shared, true);
    const float sum = together(sum_of(r, k.x, most, me, SIDE), shared, false);
    const float loss = together(write(r, k, most, sum, me, SIDE), shared, false);
    if (truth != NULL && me == 0) {
        losses[blockIdx.x] = loss;
    }
}

/* The losses of a picture's runs, by one block, in double. */
DK_KERNEL add_losses(long runs, const float *losses, float *loss) {
    DK_SHARED(double, shared, SIDE);
    double sum = 0;
    for (long i = (long)threadIdx.x; i < runs; i += SIDE) {
        sum += losses[blockIdx.x * (size_t)runs + i];
    }
    shared[threadIdx.x] = sum;
    DK_BARRIER();
    for (int i = 1; threadIdx.x == 0 && i < SIDE; i++) {
        sum += shared[i];
    }
    if (threadIdx.x == 0) {
        loss[blockIdx.x] = (float)sum;
    }
}

/* Σ g, or Σ g·y, and what comes of it. */
DK_DEVICE float weight(dk_cuda_runs r, bool loss, const float *y, const float *g, long first, long threads) {
    float sum = 0;
    for (long i = first; i < r.length; i += threads) {
        sum += loss ? g[i * r.step] : g[i * r.step] * y[i * r.step];
    }
    return sum;
}

DK_DEVICE void give(dk_cuda_runs r, bool loss, float scale, const float *y, const float *g, float sum,
                    float *dx, long first, long threads) {
    for (long k = first; k < r.length; k += threads) {
        const long i = k * r.step;
        dx[i] = (loss ? (y[i] * sum - g[i]) * scale : y[i] * (g[i] - sum)) / r.temperature;
    }
}

DK_KERNEL back_of_thread(dk_cuda_runs r, size_t runs, bool loss, float scale, const float *y, const float *g,
                         float *dx) {
    DK_EACH(i, runs);
    const size_t at = start(r, i);
    give(r, loss, scale, y + at, g + at, weight(r, loss, y + at, g + at, 0, 1), dx + at, 0, 1);
}

DK_KERNEL back_of_block(dk_cuda_runs r, bool loss, float scale, const float *y, const float *g, float *dx) {
    DK_SHARED(float, shared, SIDE);
    const size_t at = start(r, blockIdx.x);
    const long me = (long)threadIdx.x;
    const float sum = together(weight(r, loss, y + at, g + at, me, SIDE), shared, false);
    give(r, loss, scale, y + at, g + at, sum, dx + at, me, SIDE);
}

/* Σ d², or Σ (|d| < 1: d² else 2|d| − 1), of a picture. */
DK_KERNEL loss_of(size_t each, bool smooth, const float *x, const float *truth, float *loss) {
    DK_SHARED(float, shared, SIDE);
    float sum = 0;
    for (size_t i = threadIdx.x; i < each; i += SIDE) {
        const float d = fabsf(x[blockIdx.x * each + i] - truth[blockIdx.x * each + i]);
        sum += smooth && d >= 1 ? 2 * d - 1 : d * d;
    }
    sum = together(sum, shared, false);
    if (threadIdx.x == 0) {
        loss[blockIdx.x] = sum;
    }
}

DK_KERNEL loss_back(size_t count, bool smooth, float scale, const float *x, const float *truth, float *dx) {
    DK_EACH(i, count);
    const float d = x[i] - truth[i];
    dx[i] = scale * (smooth ? fmaxf(-1, fminf(1, d)) : d);
}

void dk_cuda_softmax(cudaStream_t s, dk_cuda_runs r, const float *x, const float *truth, float *y,
                     float *losses, float *loss) {
    const size_t runs = (size_t)r.n * r.runs;
    if (r.step == 1) {
        DK_LAUNCH(softmax_of_block, (unsigned)runs, SIDE, s, r, x, truth, y, losses);
    } else {
        DK_LAUNCH_EACH(softmax_of_thread, runs, s, r, runs, x, truth, y, losses);
    }
    if (truth != NULL) {
        DK_LAUNCH(add_losses, (unsigned)r.n, SIDE, s, r.runs, losses, loss);
    }
}

void dk_cuda_softmax_back(cudaStream_t s, dk_cuda_runs r, bool loss, float scale, const float *y,
                          const float *g, float *dx) {
    const size_t runs = (size_t)r.n * r.runs;
    if (r.step == 1) {
        DK_LAUNCH(back_of_block, (unsigned)runs, SIDE, s, r, loss, scale, y, g, dx);
    } else {
        DK_LAUNCH_EACH(back_of_thread, runs, s, r, runs, loss, scale, y, g, dx);
    }
}

void dk_cuda_loss(cudaStream_t s, int n, size_t each, bool smooth, const float *x, const float *truth,
                  float *loss) {
    DK_LAUNCH(loss_of, (unsigned)n, SIDE, s, each, smooth, x, truth, loss);
}

void dk_cuda_loss_back(cudaStream_t s, size_t count, bool smooth, float scale, const float *x,
                       const float *truth, float *dx) {
    DK_LAUNCH_EACH(loss_back, count, s, count, smooth, scale, x, truth, dx);
}
