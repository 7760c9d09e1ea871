/* The engines of a build with oneDNN: the fast one first. */
#include "backend/backend.h"
#include "backend/onednn/onednn.h"
#include "backend/ref/ref.h"

const dk_engine dk_engines[] = {
    {"onednn", "CPU, oneDNN kernels on all cores", dk_onednn_open},
    {"ref", "plain C on one core: the meaning of every operation", dk_ref_open},
    {0},
};
