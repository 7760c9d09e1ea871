#include "bench_dnn/peer.h"

#include <algorithm>
#include <cstdio>
#include <opencv2/dnn.hpp>

struct peer {
    cv::dnn::Net net;
    std::vector<int> dims;
    std::vector<cv::String> names;
};

peer *peer_open(const char *model, int channels, int height, int width) {
    try {
        cv::dnn::Net net = cv::dnn::readNetFromONNX(model);
        return new peer{net, {1, channels, height, width}, net.getUnconnectedOutLayersNames()};
    } catch (const std::exception &e) {
        std::fprintf(stderr, "%s: %s\n", model, e.what());
        return nullptr;
    }
}

size_t peer_run(peer *p, int threads, const float *planes, float *out, size_t room) {
    try {
        std::vector<cv::Mat> outputs;
        cv::setNumThreads(threads);
        p->net.setInput(cv::Mat(p->dims, CV_32F, const_cast<float *>(planes)));
        p->net.forward(outputs, p->names);
        size_t count = 0;
        for (const cv::Mat &output : outputs) {
            if (count + output.total() <= room) {
                std::copy_n(output.ptr<float>(), output.total(), out + count);
            }
            count += output.total();
        }
        return count;
    } catch (const std::exception &e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 0;
    }
}

const char *peer_version(void) {
    return CV_VERSION;
}

void peer_close(peer *p) {
    delete p;
}
