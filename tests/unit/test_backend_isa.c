/* DARKNET_ISA: levels by name, caps within what the processor has, errors otherwise, and that engines keep to it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "backend/isa.h"

static dk_status pick(const char *value, dk_isa *isa, bool *capped, dk_error *err) {
    cr_assert_eq(value != NULL ? setenv("DARKNET_ISA", value, 1) : unsetenv("DARKNET_ISA"), 0);
    return dk_isa_pick(isa, capped, err);
}

Test(backend_isa, without_the_variable_the_processor_decides) {
    dk_isa isa = DK_ISA_COUNT;
    bool capped = true;
    cr_assert_eq(pick(NULL, &isa, &capped, NULL), DK_OK);
    cr_expect_eq(isa, dk_cpu_isa());
    cr_expect_not(capped);
    capped = true;
    cr_assert_eq(pick("", &isa, &capped, NULL), DK_OK);
    cr_expect_not(capped, "empty is not set");
}

Test(backend_isa, each_level_that_the_processor_has_is_a_cap_and_the_others_are_errors) {
    for (int i = 0; i < DK_ISA_COUNT; i++) {
        dk_isa isa = DK_ISA_COUNT;
        bool capped = false;
        dk_error err = {0};
        const char *name = dk_isa_name((dk_isa)i);
        const dk_status status = pick(name, &isa, &capped, &err);
        if (i <= (int)dk_cpu_isa()) {
            cr_expect_eq(status, DK_OK, "%s: %s", name, err.text);
            cr_expect_eq((int)isa, i);
            cr_expect(capped);
        } else {
            cr_expect_eq(status, DK_EUNSUPPORTED, "%s", name);
            cr_expect(strstr(err.text, name) && strstr(err.text, "lacks it"), "%s", err.text);
        }
    }
}

Test(backend_isa, a_word_that_is_no_level_lists_those_of_the_processor) {
    const char *const words[] = {"AVX2", "avx", "avx2 ", "sse41", "all"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        dk_isa isa = DK_ISA_BASE;
        bool capped = false;
        dk_error err = {0};
        cr_expect_eq(pick(words[i], &isa, &capped, &err), DK_EUNSUPPORTED, "%s", words[i]);
        cr_expect(strstr(err.text, "base"), "%s", err.text);
    }
}

/* No engine starts with a wrong cap, the plain one neither. */
Test(backend_isa, engines_refuse_a_wrong_cap) {
    cr_assert_eq(setenv("DARKNET_ISA", "abacus", 1), 0);
    for (const dk_engine *const *e = dk_engines; *e != NULL; e++) {
        dk_backend *be = NULL;
        dk_error err = {0};
        cr_expect_eq(dk_backend_open(&be, (*e)->name, 1, &err), DK_EUNSUPPORTED, "%s", (*e)->name);
        cr_expect(strstr(err.text, "abacus"), "%s", err.text);
        cr_expect_null(be);
    }
}

/* bf16 wants more than avx512, whatever the processor could do. A device has instructions of its own. */
Test(backend_isa, engines_keep_to_the_cap) {
    const dk_isa cap = dk_cpu_isa() < DK_ISA_AVX512 ? dk_cpu_isa() : DK_ISA_AVX512;
    cr_assert_eq(setenv("DARKNET_ISA", dk_isa_name(cap), 1), 0);
    for (int round = 0; round < 2; round++) { /* the second engine of a process finds the cap set */
        dk_backend *be = NULL;
        dk_error err = {0};
        cr_assert_eq(dk_backend_open(&be, NULL, 1, &err), DK_OK, "%s", err.text);
        cr_expect(be->device || !be->bf16);
        dk_backend_close(be);
    }
}
