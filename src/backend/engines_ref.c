/* The engines of a build without oneDNN. */
#include "backend/backend.h"
#include "backend/isa.h"
#include "backend/ref/ref.h"

#define ENGINES(X) X(ref, "plain C on one core: the meaning of every operation")

#define ROW(name, help) {#name, help, dk_##name##_open},
const dk_engine dk_engines[] = {ENGINES(ROW){0}};

const dk_isa dk_isa_most = DK_ISA_BASE;

#define NAME(name, help) #name,
const char *const *dk_backends(void) {
    static const char *const names[] = {ENGINES(NAME) NULL};
    return names;
}
