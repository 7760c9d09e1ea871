/* Writes numbers to stdout as little-endian float32: floats 0.5 nan -1 ... With -header first, the header of
 * a weights file (version 0.2.5, no picture seen) comes before them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "-header") == 0) {
        const unsigned char header[20] = {[4] = 2, [8] = 5};
        fwrite(header, 1, sizeof header, stdout);
        first = 2;
    }
    for (int i = first; i < argc; i++) {
        const float value = strtof(argv[i], NULL);
        fwrite(&value, sizeof value, 1, stdout);
    }
    return fflush(stdout) != 0;
}
