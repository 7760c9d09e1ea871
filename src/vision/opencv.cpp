/* The module as a whole: its table of functions, and what is set for all of it. */
#include "vision/opencv.hpp"

#include <cstdlib>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

extern "C" {
#include <libavutil/log.h>
}

void dk_opencv_hush() {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    av_log_set_level(AV_LOG_QUIET);
}

extern "C" {

dk_status dk_vision_threads(int threads, dk_error *err) {
    return dk_opencv_guarded("threads", err, [&] {
        cv::setNumThreads(threads > 0 ? threads : -1);
        return DK_OK;
    });
}

extern const dk_vision_table dk_vision_module = {
    DK_VISION_VERSION, sizeof(dk_vision_table),
    dk_capture_open,   dk_capture_read,
    dk_capture_close,  dk_capture_announced,
    dk_haar_open,      dk_haar_run,
    dk_haar_close,     dk_film_open,
    dk_film_write,     dk_film_repeat,
    dk_film_close,     dk_window_open,
    dk_window_show,    dk_window_key,
    dk_window_close,   dk_vision_threads,
};

} // extern "C"
