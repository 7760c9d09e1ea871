/* What the files over OpenCV share. They are the module darknet_vision.so (module.h) and the only C++; every function of
 * vision.h runs in dk_opencv_guarded, so that no exception leaves. */
#ifndef DK_VISION_OPENCV_HPP
#define DK_VISION_OPENCV_HPP

#include <exception>
#include <new>
#include <opencv2/core.hpp>

extern "C" {
#include "vision/module.h"
}

template <typename Body> dk_status dk_opencv_guarded(const char *what, dk_error *err, Body body) {
    try {
        return body();
    } catch (const cv::Exception &e) {
        char text[DK_SHOWN]; /* it may have an address in it */
        dk_capture_shown(text, sizeof text, e.err.c_str());
        return dk_fail(err, DK_EIO, "%s: OpenCV says: %s", what, text);
    } catch (const std::bad_alloc &) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory", what);
    } catch (const std::exception &e) {
        return dk_fail(err, DK_EIO, "%s: %s", what, e.what());
    } catch (...) {
        return dk_fail(err, DK_EIO, "%s: OpenCV failed without saying why", what);
    }
}

/* A matrix over a frame's pixels; nothing is copied. */
inline cv::Mat dk_opencv_view(const dk_frame *frame) {
    return cv::Mat(frame->h, frame->w, CV_8UC3, frame->bgr);
}

/* Its own messages and ffmpeg's would go to stderr past our log; what matters comes back as errors. */
void dk_opencv_hush();

#endif
