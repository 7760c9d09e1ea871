/* The engine cuda on a simulated device (tests/sim): mistakes planted in it are found, the order of threads and blocks
 * changes no bit, memory is closed to the host, and what is wrong with a card is told. Whether it computes what `ref`
 * does is tested with every engine (test_backend_engines.c). */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/backend_cases.h"

/* The engine; the test is skipped where it is not simulated. */
static dk_backend *open_cuda(const char *name) {
    dk_backend *be = NULL;
    dk_error err = {0};
    dk_device card;
    int count = 0;
    const dk_engine *cuda = dk_engines[0];
    cr_assert_str_eq(cuda->name, "cuda");
    if (cuda->devices(&card, 1, &count, &err) != DK_OK || strstr(card.name, "simulated") == NULL) {
        cr_skip_test("no simulated device: %s", err.text);
    }
    cr_assert_eq(dk_backend_open(&be, name, 1, &err), DK_OK, "%s", err.text);
    return be;
}

static const backend_case *find(const char *name) {
    for (int i = 0; i < BACKEND_CASES; i++) {
        if (strcmp(backend_cases[i].name, name) == 0) {
            return &backend_cases[i];
        }
    }
    cr_assert_fail("there is no case %s", name);
    return NULL;
}

/* A training step of one operation. */
static dk_status run(dk_backend *be, const backend_case *c, case_values *v, dk_error *err) {
    const case_options options = {.train = true, .own_layout = true};
    case_run *r = NULL;
    case_values_open(v, c, 1);
    DK_TRY(case_open(&r, be, c, &options, err));
    dk_status status = case_forward(r, v, err);
    if (status == DK_OK) {
        status = case_backward(r, v, err);
    }
    case_close(r);
    return status;
}

static bool near(values a, values b) {
    for (size_t i = 0; i < a.count; i++) {
        if (!(fabsf(a.at[i] - b.at[i]) <= 1e-3f)) {
            return false;
        }
    }
    return true;
}

static bool agrees(const char *name, const char *what) {
    const backend_case *c = find(what);
    case_values is, should;
    dk_error err = {0};
    dk_backend *be = open_cuda(name), *ref = NULL;
    cr_assert_eq(dk_backend_open(&ref, "ref", 1, &err), DK_OK);
    cr_assert_eq(run(be, c, &is, &err), DK_OK, "%s", err.text);
    cr_assert_eq(run(ref, c, &should, &err), DK_OK, "%s", err.text);
    const bool same = near(is.y, should.y) && near(is.dx[0], should.dx[0]) && near(is.dw[0], should.dw[0]) &&
                      near(is.dw[1], should.dw[1]) && near(is.rolled[0], should.rolled[0]);
    case_values_close(&is);
    case_values_close(&should);
    dk_backend_close(be);
    dk_backend_close(ref);
    return same;
}

static const char *const convolution = "conv 17 to 19 channels";

Test(cuda, without_a_mistake_all_agrees) {
    cr_expect(agrees("cuda", convolution));
}

Test(cuda, memory_of_the_host_that_is_reused_too_early_is_found) {
    dk_backend_close(open_cuda("cuda"));
    setenv("DK_SIM_FAULT", "wait", 1);
    cr_expect(!agrees("cuda", convolution));
}

Test(cuda, work_that_does_not_wait_for_its_copy_is_found) {
    dk_backend_close(open_cuda("cuda"));
    setenv("DK_SIM_FAULT", "order", 1);
    cr_expect(!agrees("cuda", convolution));
}

Test(cuda, a_missing_barrier_is_found) {
    dk_backend_close(open_cuda("cuda"));
    setenv("DK_SIM_FAULT", "barrier", 1);
    cr_expect(!agrees("cuda", convolution));
}

Test(cuda, a_wrong_index_is_found) {
    dk_backend_close(open_cuda("cuda"));
    setenv("DK_SIM_FAULT", "index", 1);
    cr_expect(!agrees("cuda", convolution));
}

Test(cuda, an_access_that_is_not_aligned_is_found, .signal = SIGABRT) {
    dk_backend *be = NULL;
    case_values v;
    dk_error err = {0};
    if (dk_backend_open(&be, "cuda", 1, &err) != DK_OK) {
        abort(); /* the tests above say so */
    }
    dk_backend_close(be);
    cr_assert_eq(run(open_cuda("cuda"), find("conv depthwise, 32 channels"), &v, &err), DK_OK, "%s",
                 err.text);
    setenv("DK_SIM_FAULT", "align", 1);
    (void)run(open_cuda("cuda"), find("conv depthwise, 32 channels"), &v, &err);
}

/* What runs a case, where cuDNN is so. */
static void runs_on(const char *dnn, const char *name, const char *impl) {
    const case_options options = {.train = true, .own_layout = true};
    case_run *r = NULL;
    dk_error err = {0};
    dk_backend_close(open_cuda("cuda"));
    setenv("DK_SIM_DNN", dnn, 1);
    dk_backend *be = open_cuda("cuda");
    cr_assert_eq(case_open(&r, be, find(name), &options, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(case_impl(r), impl, "%s, cuDNN: %s", name, dnn);
    case_close(r);
    dk_backend_close(be);
    cr_expect(agrees("cuda", name), "%s, %s", name, impl);
}

/* A module without cuDNN does not know the word. */
static void skip_without_cudnn(void) {
    dk_backend_close(open_cuda("cuda"));
    if (system("grep -q 'cuDNN: ' \"$DARKNET_MODULES/darknet_cuda.so\"") != 0) {
        cr_skip_test("built without cuDNN");
    }
}

Test(cuda, cudnn_runs_what_it_can_say) {
    static const char *const symmetric[] = {"conv 3x3, stride 2", "conv dilation 2", "conv 2 groups of 16",
                                            "conv 3 groups, dilation 2, stride 2, norm",
                                            "conv 1x1, stride 2"};
    skip_without_cudnn();
    for (size_t i = 0; i < sizeof symmetric / sizeof symmetric[0]; i++) {
        runs_on("", symmetric[i], "cuda:dnn");
    }
    runs_on("", "conv 3x3, stride 2, of even sides", "cuda:unfold");
    runs_on("", "conv depthwise, 32 channels", "cuda:depthwise");
    runs_on("", "conv 1x1", "cuda:pointwise");
}

Test(cuda, what_cudnn_does_not_take_is_unfolded) {
    static const char *const reasons[] = {"missing", "refuses", "large"};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        runs_on(reasons[i], "conv 3 groups, dilation 2, stride 2, norm", "cuda:unfold");
    }
}

Test(cuda, the_order_of_threads_and_blocks_changes_no_bit) {
    static const char *const cases[] = {"conv 17 to 19 channels", "conv depthwise, 32 channels",
                                        "dense with norm", "mul of 32 channels", "softmax of 40 with loss"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_values one, other;
        dk_error err = {0};
        for (int seed = 1; seed <= 2; seed++) {
            setenv("DK_SIM_SEED", seed == 1 ? "1" : "1234567", 1);
            dk_backend *be = open_cuda("cuda");
            cr_assert_eq(run(be, find(cases[i]), seed == 1 ? &one : &other, &err), DK_OK, "%s", err.text);
            dk_backend_close(be);
        }
        const values a[] = {one.y, one.dx[0], one.dw[0], one.dw[1], one.dw[2], one.loss};
        const values b[] = {other.y, other.dx[0], other.dw[0], other.dw[1], other.dw[2], other.loss};
        for (size_t k = 0; k < sizeof a / sizeof a[0]; k++) {
            cr_expect(a[k].count == 0 || memcmp(a[k].at, b[k].at, a[k].count * sizeof(float)) == 0, "%s, %zu",
                      cases[i], k);
        }
        case_values_close(&one);
        case_values_close(&other);
    }
}

static void touched(int number) {
    (void)number;
    _exit(7);
}

Test(cuda, memory_of_the_card_is_closed_to_the_host, .exit_code = 7) {
    dk_backend *be = NULL;
    char *memory = NULL;
    dk_error err = {0};
    if (dk_backend_open(&be, "cuda", 1, &err) != DK_OK) {
        _exit(7); /* the tests above say so */
    }
    cr_assert_eq(be->alloc(be, 100, (void **)&memory, &err), DK_OK);
    signal(SIGSEGV, touched);
    *(volatile char *)memory = 1;
}

static void fails_to_open(const char *variable, const char *value, const char *name, const char *text) {
    dk_backend *be = NULL;
    dk_error err = {0};
    dk_backend_close(open_cuda("cuda"));
    setenv(variable, value, 1);
    cr_expect_eq(dk_backend_open(&be, name, 1, &err), DK_EUNSUPPORTED);
    cr_expect_not_null(strstr(err.text, text), "%s", err.text);
    cr_expect_null(be);
    unsetenv(variable);
}

Test(cuda, a_card_that_is_not_there_is_an_error) {
    fails_to_open("DK_SIM_CARDS", "0", "cuda",
                  "engine cuda: no NVIDIA GPU: no CUDA-capable device is detected");
    fails_to_open("DK_SIM_DRIVER", "old", "cuda", "no NVIDIA GPU: CUDA driver version is insufficient");
    fails_to_open("DK_SIM_CARDS", "2", "cuda:2", "engine cuda:2: there is no such card; the last is 1");
}

Test(cuda, another_card_by_its_number) {
    setenv("DK_SIM_CARDS", "2", 1);
    dk_backend *be = open_cuda("cuda:1");
    cr_expect_str_eq(be->name, "cuda:1");
    dk_backend_close(be);
}

Test(cuda, bf16_wants_a_card_that_has_it) {
    setenv("DK_SIM_CAPABILITY", "75", 1);
    dk_backend *be = open_cuda("cuda");
    cr_expect(!be->bf16);
    dk_backend_close(be);
}

Test(cuda, more_than_the_card_has_is_an_error) {
    dk_backend *be = open_cuda("cuda");
    dk_error err = {0};
    void *memory = NULL;
    const size_t room = be->room(be);
    cr_assert(room > 0 && room < (size_t)4 << 30);
    cr_expect_eq(be->alloc(be, room + (1 << 20), &memory, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "on the card"), "%s", err.text);
    cr_expect_eq(be->alloc(be, 1 << 20, &memory, &err), DK_OK, "%s", err.text);
    be->free(be, memory);
    dk_backend_close(be);
}

Test(cuda, a_kernel_that_fails_comes_out_of_the_next_read) {
    setenv("DK_SIM_FAIL", "20", 1);
    dk_backend *be = open_cuda("cuda");
    case_values v;
    dk_error err = {0};
    cr_expect_eq(run(be, find(convolution), &v, &err), DK_EBACKEND);
    cr_expect_not_null(strstr(err.text, "engine cuda: "), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "unspecified launch failure"), "%s", err.text);
    case_values_close(&v);
    dk_backend_close(be);
}

/* Memory that the card reaches by itself may be changed as soon as write returns. */
Test(cuda, pinned_memory_may_be_reused_at_once) {
    enum { N = 4, COUNT = 1000 };
    dk_backend *be = open_cuda("cuda");
    dk_error err = {0};
    float *pinned = NULL, out[COUNT];
    dk_tensor t[N];
    cr_assert_eq(be->host_alloc(be, COUNT * sizeof(float), (void **)&pinned, &err), DK_OK);
    for (int i = 0; i < N; i++) {
        t[i] = (dk_tensor){.shape = {1, 1, 1, COUNT}};
        cr_assert_eq(be->alloc(be, COUNT * sizeof(float), &t[i].data, &err), DK_OK);
        for (int k = 0; k < COUNT; k++) {
            pinned[k] = (float)(i + 1);
        }
        cr_assert_eq(be->write(be, &t[i], pinned, &err), DK_OK);
    }
    for (int i = 0; i < N; i++) {
        cr_assert_eq(be->read(be, out, &t[i], &err), DK_OK);
        for (int k = 0; k < COUNT; k++) {
            cr_assert_eq(out[k], (float)(i + 1));
        }
        be->free(be, t[i].data);
    }
    be->host_free(be, pinned);
    dk_backend_close(be);
}
