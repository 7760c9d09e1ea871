/* A window, by OpenCV's highgui. */
#include <algorithm>
#include <memory>
#include <opencv2/highgui.hpp>
#include <string>

#include "vision/opencv.hpp"

struct dk_window {
    dk_vision_object object;
    std::string title;
    bool sized;
};

extern "C" {

dk_status dk_window_open(dk_window **out, const char *title, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded("the window", err, [&] {
        std::unique_ptr<dk_window> window(new dk_window{{&dk_vision_module}, title, false});
        cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
        *out = window.release();
        return DK_OK;
    });
}

dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err) {
    return dk_opencv_guarded("the window", err, [&] {
        if (!window->sized) {
            cv::resizeWindow(window->title, frame->w, frame->h);
            window->sized = true;
        }
        cv::imshow(window->title, dk_opencv_view(frame));
        return DK_OK;
    });
}

int dk_window_key(dk_window *window, int milliseconds) {
    int key = DK_KEY_NONE;
    const dk_status status = dk_opencv_guarded("the window", nullptr, [&] {
        const int pressed = cv::waitKey(std::max(1, milliseconds));
        key = pressed < 0 ? DK_KEY_NONE : pressed & 0xff;
        if (cv::getWindowProperty(window->title, cv::WND_PROP_VISIBLE) < 1) {
            key = DK_KEY_CLOSED;
        }
        return DK_OK;
    });
    return status == DK_OK ? key : DK_KEY_CLOSED;
}

void dk_window_close(dk_window *window) {
    (void)dk_opencv_guarded("closing the window", nullptr, [&] {
        if (window) {
            cv::destroyWindow(window->title);
        }
        delete window;
        return DK_OK;
    });
}

} // extern "C"
