/* Streams: work waits in a queue until somebody waits for its stream or for an event behind it, and runs no sooner than it
 * must. */
#include "sim.h"

#include <cstring>
#include <deque>
#include <vector>

struct CUevent_st {
    cudaStream_t stream;
    unsigned long recorded, done;
};

struct item {
    std::function<void()> work;
    CUevent_st *record, *wait;
    unsigned long number; /* of the record that is made, or waited for */
};

struct CUstream_st {
    std::deque<item> queue;
};
static std::vector<cudaStream_t> streams;

static void step(cudaStream_t s) {
    const item i = s->queue.front();
    s->queue.pop_front();
    if (i.wait != nullptr) {
        while (i.wait->done < i.number) {
            step(i.wait->stream);
        }
    } else if (i.record != nullptr) {
        i.record->done = i.number;
    } else if (dk_sim_broken() == cudaSuccess) {
        i.work();
    }
}

static void drain(cudaStream_t s) {
    if (s->queue.empty()) {
        return;
    }
    dk_sim_door(true);
    while (!s->queue.empty()) {
        step(s);
    }
    dk_sim_door(false);
}

void dk_sim_drain() {
    for (cudaStream_t s : streams) {
        drain(s);
    }
}

void dk_sim_queue(cudaStream_t s, std::function<void()> work) {
    s->queue.push_back({std::move(work), nullptr, nullptr, 0});
}

#define HOLD const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock())

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *s, unsigned) {
    HOLD;
    *s = new CUstream_st;
    streams.push_back(*s);
    return dk_sim_broken();
}

cudaError_t cudaStreamDestroy(cudaStream_t s) {
    HOLD;
    drain(s);
    for (size_t i = 0; i < streams.size(); i++) {
        if (streams[i] == s) {
            streams.erase(streams.begin() + (long)i);
            break;
        }
    }
    delete s;
    return dk_sim_broken();
}

cudaError_t cudaStreamSynchronize(cudaStream_t s) {
    HOLD;
    drain(s);
    return dk_sim_broken();
}

cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned) {
    HOLD;
    if (e->recorded > 0 && !dk_sim_fault("order")) {
        s->queue.push_back({nullptr, nullptr, e, e->recorded});
    }
    return dk_sim_broken();
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *e, unsigned) {
    *e = new CUevent_st{nullptr, 0, 0};
    return dk_sim_broken();
}

cudaError_t cudaEventDestroy(cudaEvent_t e) {
    HOLD;
    dk_sim_drain(); /* nobody points to it any more */
    delete e;
    return dk_sim_broken();
}

cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s) {
    HOLD;
    e->stream = s;
    s->queue.push_back({nullptr, e, nullptr, ++e->recorded});
    return dk_sim_broken();
}

cudaError_t cudaEventSynchronize(cudaEvent_t e) {
    HOLD;
    if (e->done < e->recorded && !dk_sim_fault("wait")) {
        dk_sim_door(true);
        while (e->done < e->recorded) {
            step(e->stream);
        }
        dk_sim_door(false);
    }
    return dk_sim_broken();
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t n, cudaMemcpyKind, cudaStream_t s) {
    HOLD;
    dk_sim_queue(s, [=] { memcpy(to, from, n); });
    return dk_sim_broken();
}

cudaError_t cudaMemsetAsync(void *to, int value, size_t n, cudaStream_t s) {
    HOLD;
    dk_sim_queue(s, [=] { memset(to, value, n); });
    return dk_sim_broken();
}
}
