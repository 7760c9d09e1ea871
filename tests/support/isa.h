/* The level of instructions that kernels and engines of this process use (DARKNET_ISA). */
#ifndef DK_TESTS_SUPPORT_ISA_H
#define DK_TESTS_SUPPORT_ISA_H

#include "backend/isa.h"

dk_isa isa_in_use(void);

#endif
