// What OpenCV's dnn answers: dnn MODEL.onnx INPUT.f32 CHANNELS HEIGHT WIDTH prints the values of all outputs, one a line,
// in the order in which OpenCV lists them.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <opencv2/dnn.hpp>

int main(int argc, char **argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: dnn MODEL.onnx INPUT.f32 CHANNELS HEIGHT WIDTH\n");
        return 2;
    }
    const int dims[] = {1, std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5])};
    cv::Mat input(4, dims, CV_32F);
    std::ifstream file(argv[2], std::ios::binary);
    const auto bytes = static_cast<std::streamsize>(input.total() * sizeof(float));
    if (!file.read(reinterpret_cast<char *>(input.data), bytes)) {
        std::fprintf(stderr, "%s: is shorter than the input\n", argv[2]);
        return 1;
    }
    try {
        cv::setNumThreads(1);
        cv::dnn::Net net = cv::dnn::readNetFromONNX(argv[1]);
        std::vector<cv::Mat> outputs;
        net.setInput(input);
        net.forward(outputs, net.getUnconnectedOutLayersNames());
        for (const cv::Mat &output : outputs) {
            for (size_t i = 0; i < output.total(); i++) {
                std::printf("%.9g\n", static_cast<double>(output.ptr<float>()[i]));
            }
        }
    } catch (const cv::Exception &e) {
        std::fprintf(stderr, "%s: %s\n", argv[1], e.what());
        return 1;
    }
    return 0;
}
