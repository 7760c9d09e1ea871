/* The engines of this build in the order of preference, as the Makefile lists them: DK_ENGINES is X(onednn) X(ref). */
#include "backend/backend.h"

#define X(name) extern const dk_engine dk_engine_##name;
DK_ENGINES
#undef X

#define X(name) &dk_engine_##name,
const dk_engine *const dk_engines[] = {DK_ENGINES NULL};
#undef X

#define X(name) #name,
const char *const dk_engine_names[] = {DK_ENGINES NULL};
#undef X
