/* One pointer per picture under one lock, held for a look-up only. */
#include "data/cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"

#define OVERHEAD 64 /* bytes of a picture's struct and of malloc */

struct dk_cache {
    pthread_mutex_t lock;
    size_t limit, used; /* bytes */
    int count;
    dk_image **images;
};

dk_status dk_cache_open(dk_cache **out, int pictures, size_t limit, dk_error *err) {
    *out = NULL;
    dk_cache *const cache = calloc(1, sizeof *cache);
    dk_image **const images = calloc((size_t)pictures, sizeof(dk_image *));
    if (cache == NULL || images == NULL) {
        free(cache);
        free(images);
        return dk_no_memory(err, (size_t)pictures * sizeof(dk_image *), "the cache of pictures");
    }
    pthread_mutex_init(&cache->lock, NULL);
    cache->limit = limit;
    cache->count = pictures;
    cache->images = images;
    *out = cache;
    return DK_OK;
}

void dk_cache_close(dk_cache *cache) {
    if (cache == NULL) {
        return;
    }
    for (int i = 0; i < cache->count; i++) {
        dk_image_free(cache->images[i]);
    }
    pthread_mutex_destroy(&cache->lock);
    free(cache->images);
    free(cache);
}

const dk_image *dk_cache_get(dk_cache *cache, int picture) {
    pthread_mutex_lock(&cache->lock);
    const dk_image *const image = cache->images[picture];
    pthread_mutex_unlock(&cache->lock);
    return image;
}

bool dk_cache_put(dk_cache *cache, int picture, dk_image *image) {
    const size_t bytes = (size_t)image->w * (size_t)image->h * (size_t)image->c + OVERHEAD;
    pthread_mutex_lock(&cache->lock);
    const bool taken = cache->images[picture] == NULL && bytes <= cache->limit - cache->used;
    if (taken) {
        cache->images[picture] = image;
        cache->used += bytes;
    }
    pthread_mutex_unlock(&cache->lock);
    return taken;
}
