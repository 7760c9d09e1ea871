/* What cards there are, and errors. */
#include "sim.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static cudaError_t broken, last;

long dk_sim_number(const char *name, long usual) {
    const char *text = getenv(name);
    return text == nullptr ? usual : strtol(text, nullptr, 10);
}

bool dk_sim_fault(const char *kind) {
    const char *text = getenv("DK_SIM_FAULT");
    return text != nullptr && strcmp(text, kind) == 0;
}

std::recursive_mutex &dk_sim_lock() {
    static std::recursive_mutex lock;
    return lock;
}

void dk_sim_stop(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("simulated device: ", stderr);
    vfprintf(stderr, format, list);
    fputs("\n", stderr);
    va_end(list);
    abort();
}

cudaError_t dk_sim_broken() {
    return broken;
}

void dk_sim_break(cudaError_t error) {
    broken = error;
}

cudaError_t dk_sim_answer(cudaError_t error) {
    last = error != cudaSuccess ? error : last;
    return error;
}

extern "C" {

cudaError_t cudaGetLastError() {
    const cudaError_t error = broken != cudaSuccess ? broken : last;
    last = cudaSuccess;
    return error;
}

const char *cudaGetErrorString(cudaError_t error) {
    switch (error) {
    case cudaSuccess:
        return "no error";
    case cudaErrorNoDevice:
        return "no CUDA-capable device is detected";
    case cudaErrorInsufficientDriver:
        return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorMemoryAllocation:
        return "out of memory";
    case cudaErrorLaunchFailure:
        return "unspecified launch failure";
    case cudaErrorInvalidConfiguration:
        return "invalid configuration argument";
    case cudaErrorInvalidDevice:
        return "invalid device ordinal";
    default:
        return "invalid argument";
    }
}

cudaError_t cudaGetDeviceCount(int *count) {
    const char *driver = getenv("DK_SIM_DRIVER");
    if (driver != nullptr && strcmp(driver, "old") == 0) {
        return dk_sim_answer(cudaErrorInsufficientDriver);
    }
    const long cards = dk_sim_number("DK_SIM_CARDS", 1);
    if (cards <= 0) {
        return dk_sim_answer(cudaErrorNoDevice);
    }
    *count = (int)cards;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int card) {
    return card >= 0 && card < dk_sim_number("DK_SIM_CARDS", 1) ? broken
                                                                : dk_sim_answer(cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
    const long capability = dk_sim_number("DK_SIM_CAPABILITY", 90);
    switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor:
        *value = (int)(capability / 10);
        return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
        *value = (int)(capability % 10);
        return cudaSuccess;
    default:
        return dk_sim_answer(cudaErrorInvalidValue);
    }
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int card) {
    memset(p, 0, sizeof *p);
    snprintf(p->name, sizeof p->name, "simulated device %d", card);
    p->totalGlobalMem = (size_t)dk_sim_number("DK_SIM_MEMORY", 2048) << 20;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version) {
    *version = 13000;
    return cudaSuccess;
}
}
