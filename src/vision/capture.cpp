/* Frames in: cameras, addresses and films through OpenCV's videoio. */
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <opencv2/videoio.hpp>
#include <string>
#include <unistd.h>
#include <vector>

#include "vision/opencv.hpp"

struct dk_capture {
    dk_vision_object object{&dk_vision_module};
    cv::VideoCapture video;
    cv::Mat frame;
    std::string source;
};

namespace {

const int OPEN_MS = 5000, READ_MS = 5000; /* after which a stream counts as dead */

dk_status no_camera(const char *source, dk_error *err) {
    const std::string device = std::string("/dev/video") + source;
    const char *why = access(device.c_str(), F_OK) != 0 ? "is not there"
                      : access(device.c_str(), R_OK | W_OK) != 0
                          ? "may not be read (is the user in the group video?)"
                          : "gives no pictures (is another program using it?)";
    return dk_fail(
        err, DK_EIO,
        "camera %s: %s %s; plug in a camera, choose another with -c N, or name a video file, a stream "
        "(rtsp:// or http://), a picture or a folder of pictures",
        source, device.c_str(), why);
}

dk_status no_video(const char *source, dk_error *err) {
    if (!dk_capture_is_file(source)) {
        return dk_fail(
            err, DK_EIO,
            "%s: no video comes from this address; is the server running, and do name and password fit?",
            source);
    }
    if (access(source, R_OK) != 0) {
        return dk_fail(err, DK_EIO, "cannot read '%s': %s", source, strerror(errno));
    }
    return dk_fail(err, DK_EFORMAT, "%s: is no video that can be decoded, and no JPEG or PNG picture",
                   source);
}

dk_status open_capture(dk_capture *c, dk_capture_info *info, dk_error *err) {
    const char *source = c->source.c_str();
    if (dk_capture_is_camera(source)) {
        if (!c->video.open(std::atoi(source), cv::CAP_V4L2)) {
            return no_camera(source, err);
        }
        c->video.set(cv::CAP_PROP_BUFFERSIZE, 1);
    } else {
        const std::vector<int> limits = {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS,
                                         cv::CAP_PROP_READ_TIMEOUT_MSEC, READ_MS};
        if ((dk_capture_is_file(source) && access(source, R_OK) != 0) ||
            !c->video.open(c->source, cv::CAP_FFMPEG, limits)) {
            return no_video(source, err);
        }
    }
    const double fps = c->video.get(cv::CAP_PROP_FPS);
    info->live = !dk_capture_is_file(source) && c->video.get(cv::CAP_PROP_FRAME_COUNT) <= 0;
    info->fps = fps > 0 && fps <= 1000 ? fps : 0;
    return DK_OK;
}

} // namespace

extern "C" {

dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded(source, err, [&] {
        dk_opencv_hush();
        std::unique_ptr<dk_capture> c(new dk_capture);
        c->source = source;
        DK_TRY(open_capture(c.get(), info, err));
        *out = c.release();
        return DK_OK;
    });
}

dk_status dk_capture_read(dk_capture *c, dk_frame *frame, bool *end, dk_error *err) {
    return dk_opencv_guarded(c->source.c_str(), err, [&] {
        *end = !c->video.read(c->frame) || c->frame.empty();
        if (*end) {
            return DK_OK;
        }
        if (c->frame.type() != CV_8UC3) {
            return dk_fail(err, DK_EUNSUPPORTED, "%s: gives pixels that are no 8-bit colours",
                           c->source.c_str());
        }
        DK_TRY(dk_frame_fit(frame, c->frame.cols, c->frame.rows, err));
        c->frame.copyTo(dk_opencv_view(frame));
        return DK_OK;
    });
}

void dk_capture_close(dk_capture *c) {
    (void)dk_opencv_guarded("closing a video", nullptr, [&] {
        delete c;
        return DK_OK;
    });
}

} // extern "C"
