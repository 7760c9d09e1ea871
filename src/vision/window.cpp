/* A window, by OpenCV's highgui. */
#include <algorithm>
#include <memory>
#include <opencv2/highgui.hpp>
#include <string>

#include "vision/opencv.hpp"

struct dk_window {
    dk_vision_object object;
    std::string title;
    cv::Size frame; /* of the one before */
};

namespace {

const double MOST = 8;

/* The window follows frames of a new size. What it has got. */
cv::Size fit_window(dk_window *window, const cv::Size &frame) {
    if (frame == window->frame) {
        return cv::getWindowImageRect(window->title).size();
    }
    cv::resizeWindow(window->title, frame.width, frame.height);
    window->frame = frame;
    return frame;
}

/* Half of what a side lacks; a sliver of a window is not worth the memory. */
int bar(double wanted, int side) {
    return cvFloor(std::max(0.0, std::min(wanted, MOST * side) - side) / 2);
}

/* Black bars make the frame as wide as the window for its height, or as high for its width: where it did not follow,
 * highgui would stretch. */
cv::Mat framed(const cv::Mat &frame, const cv::Size &window) {
    cv::Mat out = frame;
    if (!window.empty()) {
        const double wide = (double)frame.rows * window.width / window.height;
        const double high = (double)frame.cols * window.height / window.width;
        const int x = bar(wide, frame.cols), y = bar(high, frame.rows);
        if (x > 0 || y > 0) {
            cv::copyMakeBorder(frame, out, y, y, x, x, cv::BORDER_CONSTANT);
        }
    }
    return out;
}

} // namespace

extern "C" {

dk_status dk_window_open(dk_window **out, const char *title, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded("the window", err, [&] {
        std::unique_ptr<dk_window> window(new dk_window{{&dk_vision_module}, title, {}});
        cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
        *out = window.release();
        return DK_OK;
    });
}

dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err) {
    return dk_opencv_guarded("the window", err, [&] {
        const cv::Mat pixels = dk_opencv_view(frame);
        cv::imshow(window->title, framed(pixels, fit_window(window, pixels.size())));
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
