/* IEEE 754's half precision: 1 bit of sign, 5 of the exponent, 10 of the fraction. */
#ifndef DK_CONVERT_HALF_H
#define DK_CONVERT_HALF_H

#include <stdint.h>

double dk_half_value(uint16_t bits);

#endif
