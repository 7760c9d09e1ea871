#include "guard/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/arena.h"

enum { ENGINES = 16, BLOCKS = 512, LINE = 64, PAGE = 1 << 16 }; /* PAGE: of any kernel */
#define REGION ((size_t)1 << 32)

typedef struct {
    char *from;
    size_t length;
} span;

typedef struct {
    char *map, *at; /* whole pages; the memory, which ends where they end; NULL: none */
    size_t length, bytes;
} block;

/* Memory of an engine is one region, so that one call opens it: blocks, each before a page of an empty file, which nobody
 * can touch whatever its protection. What is given back becomes such pages. */
typedef struct {
    dk_backend *be; /* NULL: free */
    dk_backend real;
    char *region;
    size_t used;
    span open; /* while calls run, by the outer one: an engine may call its own functions */
    int depth;
    int fed; /* blocks of host memory */
    block blocks[BLOCKS];
} guard;

static guard guards[ENGINES];
size_t guard_room = (size_t)1 << 30;
int guard_fed_most;

static void fail(const guard *g, const char *what) {
    fprintf(stderr, "guarded engine %s: %s\n", g->real.name, what);
    abort();
}

/* The guard of an engine; of NULL: a free one. */
static guard *of(const dk_backend *be) {
    for (int i = 0; i < ENGINES; i++) {
        if (guards[i].be == be) {
            return &guards[i];
        }
    }
    abort();
}

/* ---- memory ---- */

static void protect(const guard *g, int way) {
    if (g->open.length > 0 && mprotect(g->open.from, g->open.length, way) != 0) {
        fail(g, "mprotect");
    }
}

/* Opens the block that a call is about; NULL: all of them. */
static guard *enter(const dk_backend *be, const void *at) {
    guard *const g = of(be);
    if (g->depth++ > 0) {
        return g;
    }
    g->open = (span){g->region, g->used};
    for (int i = 0; i < BLOCKS && at != NULL; i++) {
        const block *const b = &g->blocks[i];
        if ((const char *)at >= b->map && (const char *)at < b->map + b->length) {
            g->open = (span){b->map, b->length};
            break;
        }
    }
    protect(g, PROT_READ | PROT_WRITE);
    return g;
}

static dk_status leave(guard *g, dk_status status) {
    if (--g->depth == 0) {
        protect(g, PROT_NONE);
    }
    return status;
}

static void close_for_good(const guard *g, char *from, size_t length) {
    static int empty = -1;
    empty = empty < 0 ? memfd_create("guard", MFD_CLOEXEC) : empty;
    if (mmap(from, length, PROT_NONE, MAP_SHARED | MAP_FIXED, empty, 0) != from) {
        fail(g, "mmap");
    }
}

/* The block that begins there; NULL: an unused one. */
static block *block_at(guard *g, const void *at) {
    for (int i = 0; i < BLOCKS; i++) {
        if (g->blocks[i].at == at) {
            return &g->blocks[i];
        }
    }
    fail(g, at == NULL ? "too many blocks" : "memory is given back that it has not given");
    return NULL;
}

static dk_status alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    guard *const g = of(be);
    *out = NULL;
    if (bytes > guard_room) {
        return dk_no_memory(err, bytes, "a guarded engine");
    }
    const size_t body = (bytes + LINE - 1) / LINE * LINE, length = (body + PAGE - 1) / PAGE * PAGE;
    if (g->depth > 0 || length + PAGE > REGION - g->used) {
        fail(g, g->depth > 0 ? "allocates while it computes" : "region too small");
    }
    char *const map = g->region + g->used;
    close_for_good(g, map + length, PAGE);
    g->used += length + PAGE;
    *block_at(g, NULL) = (block){map, map + length - body, length, bytes};
    *out = map + length - body;
    return DK_OK;
}

static void release(dk_backend *be, void *memory) {
    if (memory == NULL) {
        return;
    }
    guard *const g = enter(be, memory);
    block *const b = block_at(g, memory);
    for (const char *p = b->at + b->bytes; p < b->map + b->length; p++) {
        if (*p != 0) {
            fail(g, "something is written behind the end of a block");
        }
    }
    close_for_good(g, b->map, b->length + PAGE);
    *b = (block){0};
    (void)leave(g, DK_OK);
}

static dk_status host_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    guard *const g = of(be);
    *out = aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
    if (*out == NULL) {
        return dk_no_memory(err, bytes, "a batch");
    }
    g->fed++;
    guard_fed_most = g->fed > guard_fed_most ? g->fed : guard_fed_most;
    return DK_OK;
}

static void host_free(dk_backend *be, void *memory) {
    of(be)->fed--;
    free(memory);
}

static size_t room(dk_backend *be) {
    (void)be;
    return guard_room;
}

/* ---- calls ---- */

static dk_status write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err) {
    guard *const g = enter(be, to->data);
    return leave(g, g->real.write(be, to, host, err));
}

static dk_status read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err) {
    guard *const g = enter(be, from->data);
    return leave(g, g->real.read(be, host, from, err));
}

static dk_status forward(dk_plan *plan, const dk_args *args, dk_error *err) {
    guard *const g = enter(plan->backend, NULL);
    return leave(g, g->real.forward(plan, args, err));
}

static dk_status backward(dk_plan *plan, const dk_args *args, dk_error *err) {
    guard *const g = enter(plan->backend, NULL);
    return leave(g, g->real.backward(plan, args, err));
}

static dk_status sum(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err) {
    guard *const g = enter(be, NULL);
    return leave(g, g->real.sum(be, into, from, err));
}

static dk_status update(dk_backend *be, const dk_update *u, dk_error *err) {
    guard *const g = enter(be, NULL);
    return leave(g, g->real.update(be, u, err));
}

static dk_status blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err) {
    guard *const g = enter(be, NULL);
    return leave(g, g->real.blend(be, into, from, n, share, err));
}

static dk_status squares(dk_backend *be, const float *values, size_t n, double *out, dk_error *err) {
    guard *const g = enter(be, NULL);
    return leave(g, g->real.squares(be, values, n, out, err));
}

/* ---- opening and closing ---- */

static void close(dk_backend *be) {
    guard *const g = of(be);
    for (int i = 0; i < BLOCKS; i++) {
        if (g->blocks[i].at != NULL) {
            fail(g, "is closed before all memory is given back");
        }
    }
    if (g->fed != 0) {
        fail(g, "is closed before all host memory is given back");
    }
    void (*const real)(dk_backend *) = g->real.close;
    (void)munmap(g->region, REGION);
    *g = (guard){0};
    real(be);
}

static void guard_engine(dk_backend *be) {
    guard *const g = of(NULL);
    *g = (guard){.be = be, .real = *be};
    g->region = mmap(NULL, REGION, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (g->region == MAP_FAILED) {
        fail(g, "mmap");
    }
    be->device = true;
    be->close = close;
    be->alloc = alloc;
    be->free = release;
    be->host_alloc = host_alloc;
    be->host_free = host_free;
    be->room = room;
    be->write = write;
    be->read = read;
    be->forward = forward;
    be->backward = backward;
    be->sum = sum;
    be->update = update;
    be->blend = blend;
    be->squares = squares;
}

/* The linker's names (--wrap): of what calls to dk_backend_open come to here, and of itself. */
dk_status __real_dk_backend_open(dk_backend **out, const char *name, int threads, dk_error *err);
dk_status __wrap_dk_backend_open(dk_backend **out, const char *name, int threads, dk_error *err);

dk_status __wrap_dk_backend_open(dk_backend **out, const char *name, int threads, dk_error *err) {
    DK_TRY(__real_dk_backend_open(out, name, threads, err));
    if (!(*out)->device) { /* the memory of a device is closed as it is */
        guard_engine(*out);
    }
    return DK_OK;
}
