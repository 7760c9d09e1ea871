/* Asks Debian's darknet (package `darknet`, pjreddie's of 2018) through its library: what it answers for a
 * picture of the network's size, one probability a line. With a fourth argument it also writes the weights
 * again, its own way. Usage: theirs CFG WEIGHTS PICTURE [WEIGHTS_OUT]; exit code 77 when the library is not
 * installed. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOT_INSTALLED = 77 };

/* As the library has it. */
typedef struct {
    int w, h, c;
    float *data;
} image;

typedef struct {
    void *(*load_network)(char *cfg, char *weights, int clear);
    float *(*network_predict)(void *net, float *input);
    image (*load_image)(char *path, int w, int h, int c);
    void (*set_batch_network)(void *net, int batch);
    void (*save_weights)(void *net, char *path);
    int (*network_width)(void *net);
    int (*network_height)(void *net);
} library;

static void *symbol(void *lib, const char *name) {
    void *s = dlsym(lib, name);
    if (!s) {
        fprintf(stderr, "libdarknet.so has no %s\n", name);
        exit(1);
    }
    return s;
}

int main(int argc, char **argv) {
    void *lib = dlopen("/usr/lib/darknet/libdarknet.so", RTLD_NOW);
    if (!lib || argc < 4) {
        fprintf(stderr, "%s\n", lib ? "usage: theirs CFG WEIGHTS PICTURE [WEIGHTS_OUT]" : dlerror());
        return lib ? 2 : NOT_INSTALLED;
    }
    library their;
    *(void **)&their.load_network = symbol(lib, "load_network");
    *(void **)&their.network_predict = symbol(lib, "network_predict");
    *(void **)&their.load_image = symbol(lib, "load_image");
    *(void **)&their.set_batch_network = symbol(lib, "set_batch_network");
    *(void **)&their.save_weights = symbol(lib, "save_weights");
    *(void **)&their.network_width = symbol(lib, "network_width");
    *(void **)&their.network_height = symbol(lib, "network_height");

    void *net = their.load_network(argv[1], argv[2], 0);
    their.set_batch_network(net, 1);
    const image picture = their.load_image(argv[3], their.network_width(net), their.network_height(net), 3);
    const float *answer = their.network_predict(net, picture.data);
    const int classes = argc > 5 ? atoi(argv[5]) : 7;
    for (int i = 0; i < classes; i++) {
        printf("%.9g\n", (double)answer[i]);
    }
    if (argc > 4) {
        their.save_weights(net, argv[4]);
    }
    return 0;
}
