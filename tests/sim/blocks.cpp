/* The threads of a block, one after the other on a stack. One that meets a barrier keeps the stack, and the next thread gets
 * another; when all wait, all go on. Orders of threads and blocks change from launch to launch: along, backwards, and in
 * strides drawn from DK_SIM_SEED. */
#include "launch.h"
#include "sim.h"

#include <csetjmp>
#include <cstring>
#include <ucontext.h>
#include <vector>

uint3 blockIdx, threadIdx;
dim3 blockDim, gridDim;

static const size_t STACK = 64 << 10, SHARED = 48 << 10;

struct fibre {
    std::vector<char> stack;
    jmp_buf at;
    uint3 thread;
    int line; /* of the barrier that it waits at; 0: none */
    bool begun;
};

/* The block that runs. */
static struct {
    const char *kernel;
    const std::function<void()> *thread;
    size_t count, next, ended, first, stride;
    std::vector<fibre *> all;
    fibre *now;
    jmp_buf scheduler;
} run;

/* Place k in an order of n: a stride that has no divisor in common with n visits all. */
static size_t divisor(size_t a, size_t b) {
    return b == 0 ? a : divisor(b, a % b);
}

static void choose(unsigned long key, size_t n, size_t *first, size_t *stride) {
    unsigned long z = (key + (unsigned long)dk_sim_number("DK_SIM_SEED", 1)) * 0x9E3779B97F4A7C15u;
    z ^= z >> 29;
    *first = key % 3 == 0 ? 0 : key % 3 == 1 ? n - 1 : z % n;
    *stride = key % 3 == 0 ? 1 : key % 3 == 1 ? n - 1 : z / n % n;
    while (n > 1 && divisor(*stride, n) != 1) {
        (*stride)++;
    }
}

static void run_threads() {
    fibre *me = run.now;
    while (run.next < run.count) {
        const unsigned t = (unsigned)((run.first + run.next++ * run.stride) % run.count);
        const unsigned x = t % blockDim.x, rest = t / blockDim.x;
        me->thread = threadIdx = {x, rest % blockDim.y, rest / blockDim.y};
        if (dk_sim_fault("index") && t == 1) {
            threadIdx.x = 0; /* does again what thread 0 does */
        }
        (*run.thread)();
        run.ended++;
    }
}

static void enter() {
    for (;;) {
        run_threads();
        run.now->line = 0;
        if (_setjmp(run.now->at) == 0) {
            _longjmp(run.scheduler, 1);
        }
    }
}

static void resume(fibre *f) {
    run.now = f;
    threadIdx = f->thread;
    if (_setjmp(run.scheduler) != 0) {
        return;
    }
    if (f->begun) {
        _longjmp(f->at, 1);
    }
    ucontext_t context;
    f->begun = true;
    getcontext(&context);
    context.uc_stack.ss_sp = f->stack.data();
    context.uc_stack.ss_size = f->stack.size();
    context.uc_link = nullptr;
    makecontext(&context, enter, 0);
    setcontext(&context);
}

void dk_sim_barrier(int line) {
    fibre *me = run.now;
    if (dk_sim_fault("barrier")) {
        return;
    }
    me->line = line;
    if (_setjmp(me->at) == 0) {
        _longjmp(run.scheduler, 1);
    }
}

static fibre *fibre_at(size_t i) {
    if (i == run.all.size()) {
        run.all.push_back(new fibre{std::vector<char>(STACK), {}, {}, 0, false});
    }
    return run.all[i];
}

void dk_sim_aligned(const void *at, size_t bytes) {
    if ((uintptr_t)at % bytes != 0) {
        dk_sim_stop("%s: %zu bytes at once from %p, which is not aligned", run.kernel, bytes, at);
    }
}

/* Values that a block shares, in the order in which its threads name them. */
static struct {
    const void *keys[16];
    char *at[16];
    int count;
    size_t used;
    alignas(64) char memory[SHARED];
} shared;

void *dk_sim_shared(const void *key, size_t bytes) {
    for (int i = 0; i < shared.count; i++) {
        if (shared.keys[i] == key) {
            return shared.at[i];
        }
    }
    const size_t body = (bytes + 63) / 64 * 64;
    if (shared.count == 16 || body > SHARED - shared.used) {
        dk_sim_stop("%s: more than %zu bytes are shared", run.kernel, SHARED);
    }
    char *at = shared.memory + shared.used;
    memset(at, 0xff, bytes);
    shared.keys[shared.count] = key;
    shared.at[shared.count++] = at;
    shared.used += body;
    return at;
}

static void run_block(unsigned long key) {
    size_t waiting = 0;
    choose(key, run.count, &run.first, &run.stride);
    shared.count = 0;
    shared.used = 0;
    run.next = run.ended = 0;
    while (run.next < run.count) {
        fibre *f = fibre_at(waiting);
        resume(f);
        waiting += f->line != 0;
    }
    while (waiting > 0) {
        const int line = run.all[0]->line;
        if (run.ended > 0) {
            dk_sim_stop("%s: %zu threads ended, %zu wait at a barrier", run.kernel, run.ended, waiting);
        }
        for (size_t i = 0; i < waiting; i++) {
            if (run.all[i]->line != line) {
                dk_sim_stop("%s: threads wait at the barriers of lines %d and %d", run.kernel, line,
                            run.all[i]->line);
            }
        }
        size_t still = 0, first = 0, stride = 1;
        choose(key + 1, waiting, &first, &stride);
        for (size_t k = 0; k < waiting; k++) {
            fibre *f = run.all[(first + k * stride) % waiting];
            f->line = 0;
            resume(f);
            still += f->line != 0;
        }
        if (still != 0 && still != waiting) {
            dk_sim_stop("%s: %zu threads ended, %zu wait at a barrier", run.kernel, run.ended, still);
        }
        run.ended = still == 0 ? run.ended : 0;
        waiting = still;
    }
}

static bool fits(dim3 grid, dim3 block) {
    const size_t threads = (size_t)block.x * block.y * block.z, blocks = (size_t)grid.x * grid.y * grid.z;
    return threads > 0 && threads <= 1024 && block.z <= 64 && blocks > 0 && grid.x <= 0x7fffffff &&
           grid.y <= 65535 && grid.z <= 65535;
}

void dk_sim_launch(const char *kernel, dim3 grid, dim3 block, cudaStream_t stream,
                   std::function<void()> thread) {
    static unsigned long launches;
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    const unsigned long launch = ++launches;
    if (!fits(grid, block)) {
        (void)dk_sim_answer(cudaErrorInvalidConfiguration);
        return;
    }
    dk_sim_queue(stream, [=] {
        const size_t blocks = (size_t)grid.x * grid.y * grid.z;
        size_t first, stride;
        if ((long)launch == dk_sim_number("DK_SIM_FAIL", 0)) {
            dk_sim_break(cudaErrorLaunchFailure);
            return;
        }
        run.kernel = kernel;
        run.thread = &thread;
        run.count = (size_t)block.x * block.y * block.z;
        blockDim = block;
        gridDim = grid;
        choose(launch, blocks, &first, &stride);
        for (size_t k = 0; k < blocks; k++) {
            const size_t b = (first + k * stride) % blocks;
            blockIdx = {(unsigned)(b % grid.x), (unsigned)(b / grid.x % grid.y),
                        (unsigned)(b / grid.x / grid.y)};
            run_block(launch + k);
        }
    });
}
