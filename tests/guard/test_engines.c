/* All cases of engines over memory that nobody else may touch. */
#include "unit/test_backend_engines.c"
