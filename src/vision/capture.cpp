/* Frames in: cameras through OpenCV's videoio, addresses and films through av/reader.h. */
#include <algorithm>
#include <cmath>
#include <memory>
#include <opencv2/videoio.hpp>
#include <string>
#include <unistd.h>

#include "vision/opencv.hpp"

extern "C" {
#include "vision/av/reader.h"
}

struct dk_capture {
    dk_vision_object object{&dk_vision_module};
    std::string source, shown; /* as it was given, and as messages show it */
    cv::VideoCapture camera;
    dk_reader *film = nullptr; /* null: it is a camera */
    cv::Mat frame;
    ~dk_capture() {
        dk_reader_close(film);
    }
};

namespace {

std::string device(const std::string &source) {
    return (source[0] == '/' ? "" : "/dev/video") + source;
}

dk_status no_camera(const dk_capture *c, dk_error *err) {
    const std::string path = device(c->source);
    const char *why = access(path.c_str(), F_OK) != 0 ? "is not there"
                      : access(path.c_str(), R_OK | W_OK) != 0
                          ? "may not be read (is the user in the group video?)"
                          : "gives no pictures (is another program using it?)";
    return dk_fail(
        err, DK_EIO,
        "camera %s: %s %s; plug in a camera, choose another with -c N, or name a video file, a stream "
        "(rtsp:// or http://), a picture or a folder of pictures",
        c->shown.c_str(), path.c_str(), why);
}

dk_status no_video(const dk_capture *c, dk_error *err) {
    const char *source = c->source.c_str();
    if (!dk_capture_is_file(source)) {
        return dk_fail(
            err, DK_EIO,
            "%s: no video comes from this address; is the server running, and do name and password fit?%s",
            c->shown.c_str(), dk_capture_hint(source));
    }
    if (access(source, R_OK) != 0) {
        return dk_fail_errno(err, "cannot read '%s'", source);
    }
    return dk_fail(err, DK_EFORMAT, "%s: is no video that can be decoded, and no JPEG or PNG picture",
                   source);
}

dk_status open_camera(dk_capture *c, dk_capture_info *info, dk_error *err) {
    if (!c->camera.open(device(c->source), cv::CAP_V4L2)) {
        return no_camera(c, err);
    }
    c->camera.set(cv::CAP_PROP_BUFFERSIZE, 1);
    *info = {true, std::max(c->camera.get(cv::CAP_PROP_FPS), 0.0)};
    return DK_OK;
}

dk_status open_film(dk_capture *c, dk_capture_info *info, dk_error *err) {
    const char *source = c->source.c_str();
    if (dk_capture_is_file(source) && access(source, R_OK) != 0) {
        return no_video(c, err);
    }
    const dk_status status = dk_reader_open(&c->film, source, info, err);
    return status == DK_EFORMAT ? no_video(c, err) : status;
}

dk_status read_camera(dk_capture *c, dk_frame *frame, bool *end, dk_error *err) {
    *end = !c->camera.read(c->frame) || c->frame.empty();
    if (*end) {
        return DK_OK;
    }
    if (c->frame.type() != CV_8UC3) {
        return dk_fail(err, DK_EUNSUPPORTED, "gives pixels that are no 8-bit colours");
    }
    DK_TRY(dk_frame_fit(frame, c->frame.cols, c->frame.rows, err));
    c->frame.copyTo(dk_opencv_view(frame));
    frame->time = NAN;
    return DK_OK;
}

} // namespace

extern "C" {

dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info, dk_error *err) {
    char shown[DK_SHOWN];
    *out = nullptr;
    dk_capture_shown(shown, sizeof shown, source);
    return dk_opencv_guarded(shown, err, [&] {
        dk_opencv_hush();
        std::unique_ptr<dk_capture> c(new dk_capture);
        c->source = source;
        c->shown = shown;
        DK_TRY(dk_capture_is_camera(source) ? open_camera(c.get(), info, err)
                                            : open_film(c.get(), info, err));
        *out = c.release();
        return DK_OK;
    });
}

dk_status dk_capture_read(dk_capture *c, dk_frame *frame, bool *end, dk_error *err) {
    return dk_opencv_guarded(c->shown.c_str(), err, [&] {
        const dk_status status =
            c->film != nullptr ? dk_reader_read(c->film, frame, end, err) : read_camera(c, frame, end, err);
        return status == DK_OK ? status : dk_error_prefix(err, status, "%s", c->shown.c_str());
    });
}

dk_capture_length dk_capture_announced(dk_capture *c) {
    return c->film != nullptr ? dk_reader_length(c->film) : dk_capture_length{0, 0};
}

void dk_capture_close(dk_capture *c) {
    (void)dk_opencv_guarded("closing a video", nullptr, [&] {
        delete c;
        return DK_OK;
    });
}

} // extern "C"
