/* Frames out, into a film, by OpenCV's videoio. */
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "vision/opencv.hpp"

struct dk_film {
    dk_vision_object object;
    cv::VideoWriter writer;
    std::string path;
    int w, h;
    double frames; /* written */
};

extern "C" {

dk_status dk_film_open(dk_film **out, const char *path, int w, int h, double fps, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded(path, err, [&] {
        dk_opencv_hush();
        std::unique_ptr<dk_film> film(
            new dk_film{{&dk_vision_module}, {}, path, w & ~1, h & ~1, 0}); /* the format wants even sides */
        if (!film->writer.open(path, cv::CAP_FFMPEG, cv::VideoWriter::fourcc('m', 'p', '4', 'v'), fps,
                               cv::Size(film->w, film->h))) {
            return dk_fail(err, DK_EIO, "cannot write the film '%s' of %dx%d pixels", path, w, h);
        }
        *out = film.release();
        return DK_OK;
    });
}

dk_status dk_film_write(dk_film *film, const dk_frame *frame, dk_error *err) {
    return dk_opencv_guarded(film->path.c_str(), err, [&] {
        const cv::Size size(film->w, film->h);
        cv::Mat pixels = dk_opencv_view(frame), resized = pixels;
        if (cv::Size(frame->w & ~1, frame->h & ~1) != size) { /* a stream came back in another size */
            cv::resize(pixels, resized, size, 0, 0, cv::INTER_AREA);
        }
        film->writer.write(resized(cv::Rect({0, 0}, size)));
        film->frames++;
        return DK_OK;
    });
}

/* Nobody is told when ffmpeg cannot write. A film may then be without its head, but a short one only without its end. */
dk_status dk_film_close(dk_film *film, dk_error *err) {
    const std::unique_ptr<dk_film> own(film);
    return dk_opencv_guarded(film->path.c_str(), err, [&] {
        film->writer.release();
        cv::VideoCapture again(film->path, cv::CAP_FFMPEG);
        const bool whole = again.get(cv::CAP_PROP_FRAME_COUNT) >= film->frames &&
                           again.set(cv::CAP_PROP_POS_FRAMES, film->frames - 1) && again.grab();
        return whole ? DK_OK : dk_fail(err, DK_EIO, "not all frames are in it; is the disk full?");
    });
}

} // extern "C"
