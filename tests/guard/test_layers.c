/* Every layer over memory that nobody but the engine may touch. */
#include "layers/test_layers.c"
