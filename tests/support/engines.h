/* The engines of this build that run on this machine. */
#ifndef TESTS_SUPPORT_ENGINES_H
#define TESTS_SUPPORT_ENGINES_H

#include "backend/backend.h"

/* dk_engines without those that answer DK_EUNSUPPORTED. */
const dk_engine *const *engines_here(void);

/* What those say, one after the other; NULL: there is none. */
const char *engines_elsewhere(void);

#endif
