/* The engines of a build without oneDNN. */
#include "backend/backend.h"
#include "backend/ref/ref.h"

const dk_engine dk_engines[] = {
    {"ref", "plain C on one core: the meaning of every operation", dk_ref_open},
    {0},
};
