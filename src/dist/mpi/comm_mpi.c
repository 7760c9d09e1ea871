/* Ranks over Open MPI. All is done by collectives that do not block, and whoever waits looks whether the ranks of this host
 * still live: mpirun ends a job whose rank has died within seconds, but without a word of what becomes of the training.
 * A collective's order of sums follows from ranks and sizes, not from timing. */
#include <errno.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "dist/bf16.h"
#include "dist/module.h"

enum {
    SUMS = 256,  /* begun at a time */
    LOOKS = 2000 /* before others may have the core */
};
#define PEERS .1       /* seconds between looks at the ranks of this host */
#define PAUSE 20000L   /* nanoseconds */
#define MOST (1 << 28) /* values or bytes of a call: MPI counts in int */

/* What ranks tell of themselves. */
typedef struct {
    uint64_t host;
    long process;
    cpu_set_t cores;
} peer;

/* A sum in bf16 on its way. */
typedef struct {
    float *values; /* NULL: it is one of floats */
    uint16_t *half;
    int n;
} halves;

typedef struct {
    dk_comm comm; /* first: it is a dk_comm */
    MPI_Request sums[SUMS];
    halves sent[SUMS]; /* of those in bf16 */
    int count;
    MPI_Op sum_halves;
    peer *peers;
    double looked; /* when the peers were */
    bool broken;   /* a rank is gone, or MPI has failed: nothing can be ended well any more */
} mpi;

/* ---- waiting ---- */

static dk_status check(mpi *m, int code, const char *what, dk_error *err) {
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (code == MPI_SUCCESS) {
        return DK_OK;
    }
    m->broken = true;
    MPI_Error_string(code, text, &length);
    return dk_fail(err, DK_EIO, "the ranks cannot %s: %s", what, text);
}

/* Is the process of a rank of this host still there? */
static bool lives(const mpi *m, int rank) {
    const peer *const p = &m->peers[rank];
    return p->host != m->peers[m->comm.rank].host || kill((pid_t)p->process, 0) == 0 || errno != ESRCH;
}

/* The one that tells is rank 0, or the lowest of the dead one's host. */
static dk_status tell_dead(mpi *m, int dead, dk_error *err) {
    int first = 0;
    while (first < m->comm.world &&
           (!lives(m, first) || (dead == 0 && m->peers[first].host != m->peers[0].host))) {
        first++;
    }
    m->broken = true;
    m->comm.agreed = true; /* all that are left see it */
    m->comm.tells = first == m->comm.rank;
    return dk_fail(
        err, DK_EIO,
        "rank %d (process %ld of this host) is gone: it was killed, or it has crashed; the run ends, "
        "and -resume goes on from its last checkpoint",
        dead, m->peers[dead].process);
}

static dk_status check_peers(mpi *m, dk_error *err) {
    const double now = dk_clock_now();
    if (now - m->looked < PEERS) {
        return DK_OK;
    }
    m->looked = now;
    for (int r = 0; r < m->comm.world; r++) {
        if (!lives(m, r)) {
            return tell_dead(m, r, err);
        }
    }
    return DK_OK;
}

static dk_status await(mpi *m, MPI_Request *requests, int count, const char *what, dk_error *err) {
    static const struct timespec pause = {.tv_nsec = PAUSE};
    for (long looks = 0;; looks++) {
        int done = 0;
        DK_TRY(check(m, MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE), what, err));
        if (done) {
            return DK_OK;
        }
        if (looks > LOOKS) {
            nanosleep(&pause, NULL);
            DK_TRY(check_peers(m, err));
        }
    }
}

/* ---- sums ---- */

/* MPI_SUM of bf16, which Open MPI 4.1 does not know. */
static void add_halves(void *from, void *into, int *count, MPI_Datatype *type) {
    const uint16_t *const a = from;
    uint16_t *const b = into;
    (void)type;
    for (int i = 0; i < *count; i++) {
        b[i] = dk_bf16_of(dk_bf16_value(a[i]) + dk_bf16_value(b[i]));
    }
}

/* Brings back what came in bf16. */
static void unpack(mpi *m, int count) {
    for (int k = 0; k < count; k++) {
        halves *const h = &m->sent[k];
        for (int i = 0; h->values != NULL && i < h->n; i++) {
            h->values[i] = dk_bf16_value(h->half[i]);
        }
        free(h->half);
        *h = (halves){0};
    }
}

static dk_status finish(dk_comm *c, dk_error *err) {
    mpi *const m = (mpi *)c;
    const int count = m->count;
    m->count = 0;
    DK_TRY(await(m, m->sums, count, "sum their gradients", err));
    unpack(m, count);
    return DK_OK;
}

static dk_status pack(halves *h, float *values, int n, dk_error *err) {
    *h = (halves){values, malloc((size_t)n * sizeof *h->half), n};
    if (h->half == NULL) {
        return dk_no_memory(err, (size_t)n * sizeof *h->half, "a sum of gradients");
    }
    for (int i = 0; i < n; i++) {
        h->half[i] = dk_bf16_of(values[i]);
    }
    return DK_OK;
}

static dk_status begin_some(mpi *m, float *values, int n, bool bf16, dk_error *err) {
    MPI_Request *const request = &m->sums[m->count];
    halves *const h = &m->sent[m->count];
    DK_TRY(bf16 ? pack(h, values, n, err) : DK_OK);
    DK_TRY(check(
        m,
        bf16 ? MPI_Iallreduce(MPI_IN_PLACE, h->half, n, MPI_UINT16_T, m->sum_halves, MPI_COMM_WORLD, request)
             : MPI_Iallreduce(MPI_IN_PLACE, values, n, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, request),
        "sum their gradients", err));
    m->count++;
    return DK_OK;
}

static dk_status begin(dk_comm *c, float *values, size_t n, bool bf16, dk_error *err) {
    mpi *const m = (mpi *)c;
    for (size_t i = 0; i < n; i += MOST) {
        if (m->count == SUMS) {
            DK_TRY(finish(c, err));
        }
        DK_TRY(begin_some(m, values + i, n - i < MOST ? (int)(n - i) : MOST, bf16, err));
    }
    return DK_OK;
}

/* Testing lets Open MPI go on with what was begun; it has no thread for that. */
static dk_status look(dk_comm *c, dk_error *err) {
    mpi *const m = (mpi *)c;
    int done = 0;
    return m->count == 0 ? DK_OK
                         : check(m, MPI_Testall(m->count, m->sums, &done, MPI_STATUSES_IGNORE),
                                 "sum their gradients", err);
}

static dk_status total(dk_comm *c, double *values, size_t n, dk_error *err) {
    mpi *const m = (mpi *)c;
    MPI_Request request;
    DK_TRY(check(m,
                 MPI_Iallreduce(MPI_IN_PLACE, values, (int)n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD, &request),
                 "sum their statistics", err));
    return await(m, &request, 1, "sum their statistics", err);
}

/* ---- bytes ---- */

static dk_status check_bytes(size_t bytes, dk_error *err) {
    return bytes <= MOST
               ? DK_OK
               : dk_fail(err, DK_EUNSUPPORTED, "%zu bytes of a rank at a time; at most %d", bytes, MOST);
}

static dk_status gather(dk_comm *c, int root, const void *mine, size_t bytes, void *all, dk_error *err) {
    static const char what[] = "hand on their answers";
    mpi *const m = (mpi *)c;
    MPI_Request request;
    const int n = (int)bytes;
    DK_TRY(check_bytes(bytes, err));
    DK_TRY(check(m,
                 root < 0 ? MPI_Iallgather(mine, n, MPI_BYTE, all, n, MPI_BYTE, MPI_COMM_WORLD, &request)
                          : MPI_Igather(mine, n, MPI_BYTE, all, n, MPI_BYTE, root, MPI_COMM_WORLD, &request),
                 what, err));
    return await(m, &request, 1, what, err);
}

static dk_status share(dk_comm *c, int root, void *bytes, size_t n, dk_error *err) {
    static const char what[] = "hear what one of them says";
    mpi *const m = (mpi *)c;
    MPI_Request request;
    DK_TRY(check_bytes(n, err));
    DK_TRY(check(m, MPI_Ibcast(bytes, (int)n, MPI_BYTE, root, MPI_COMM_WORLD, &request), what, err));
    return await(m, &request, 1, what, err);
}

/* ---- opening and closing ---- */

/* At the end of the program, when all is said: mpirun that was told to end the job may leave no time behind MPI's own end. */
static void finalize(int code, void *user) {
    mpi *const m = user;
    (void)code;
    if (!m->broken) {
        MPI_Finalize();
    }
    free(m->peers);
    free(m);
}

/* Who leaves alone does so without MPI's end, in which it would wait for the others: then mpirun ends them. */
static void leave(dk_comm *c, const dk_error *alone) {
    mpi *const m = (mpi *)c;
    m->broken = m->broken || alone != NULL;
}

static peer look_at_self(void) {
    char name[256] = "";
    peer self = {.process = (long)getpid()};
    gethostname(name, sizeof name - 1);
    self.host = dk_hash(name, strlen(name), 0);
    CPU_ZERO(&self.cores);
    sched_getaffinity(0, sizeof self.cores, &self.cores);
    return self;
}

/* Ranks of this host, and what each has of the cores that it may use: those that may use them, too, have as much. */
static void count_near(mpi *m) {
    const peer *const self = &m->peers[m->comm.rank];
    int sharing = 0;
    for (int r = 0; r < m->comm.world; r++) {
        const peer *const p = &m->peers[r];
        cpu_set_t both;
        CPU_AND(&both, &self->cores, &p->cores);
        m->comm.near += p->host == self->host;
        sharing += p->host == self->host && CPU_COUNT(&both) > 0;
    }
    const int cores = CPU_COUNT(&self->cores) / (sharing > 0 ? sharing : 1);
    m->comm.cores = cores > 1 ? cores : 1;
}

/* A sum of n values in place goes, unless Open MPI (4.1) is told otherwise, up a tree and down again: 2 n log2 N values one after the
 * other. Rabenseifner's sends 2 n (N − 1)/N in as many steps: half the time with two ranks. Who sets it himself has his own. */
static void choose_sum(void) {
    setenv("OMPI_MCA_coll_libnbc_iallreduce_algorithm", "rabenseifner", 0);
}

static dk_status meet(mpi *m, dk_error *err) {
    const peer self = look_at_self();
    int provided = 0;
    choose_sum();
    DK_TRY(check(m, MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided), "find each other", err));
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &m->comm.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &m->comm.world);
    MPI_Op_create(add_halves, 1, &m->sum_halves);
    m->comm.tells = m->comm.rank == 0;
    m->peers = calloc((size_t)m->comm.world, sizeof *m->peers);
    if (m->peers == NULL) {
        return dk_no_memory(err, (size_t)m->comm.world * sizeof *m->peers, "the ranks");
    }
    m->peers[m->comm.rank] = self;
    DK_TRY(check(m,
                 MPI_Allgather(&self, (int)sizeof self, MPI_BYTE, m->peers, (int)sizeof self, MPI_BYTE,
                               MPI_COMM_WORLD),
                 "find each other", err));
    count_near(m);
    return DK_OK;
}

static dk_status open(dk_comm **out, dk_error *err) {
    static const dk_comm_kind kind = {.name = "MPI",
                                      .begin = begin,
                                      .look = look,
                                      .finish = finish,
                                      .total = total,
                                      .gather = gather,
                                      .share = share,
                                      .close = leave};
    mpi *const m = calloc(1, sizeof *m);
    if (m == NULL || on_exit(finalize, m) != 0) {
        free(m);
        return dk_no_memory(err, sizeof *m, "the ranks");
    }
    m->comm.kind = &kind;
    const dk_status status = meet(m, err);
    if (status != DK_OK) {
        leave(&m->comm, err);
        return status;
    }
    *out = &m->comm;
    return DK_OK;
}

const dk_mpi_table dk_mpi_module = {.version = DK_MPI_VERSION, .size = sizeof(dk_mpi_table), .open = open};
