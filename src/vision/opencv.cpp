/* OpenCV behind vision.h: videoio takes frames in and writes films, objdetect finds faces, highgui shows a window. The one
 * C++ file, a module of its own (module.h). Every function of vision.h runs in `guarded`: no exception leaves. */
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/highgui.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <opencv2/videoio.hpp>
#include <string>
#include <unistd.h>
#include <vector>

extern "C" {
#include "vision/module.h"
}

struct dk_capture {
    dk_vision_object object{&dk_vision_module};
    cv::VideoCapture video;
    cv::Mat frame;
    std::string source;
};

struct dk_detector {
    dk_vision_object object{&dk_vision_module};
    cv::CascadeClassifier cascade;
    dk_detector_conf conf;
    cv::Mat grey, small;
    std::vector<cv::Rect> found, hits;
};

struct dk_film {
    dk_vision_object object;
    cv::VideoWriter writer;
    std::string path;
    int w, h;
    double frames; /* written */
};

struct dk_window {
    dk_vision_object object;
    std::string title;
    bool sized;
};

namespace {

template <typename Body> dk_status guarded(const char *what, dk_error *err, Body body) {
    try {
        return body();
    } catch (const cv::Exception &e) {
        return dk_fail(err, DK_EIO, "%s: OpenCV says: %s", what, e.err.c_str());
    } catch (const std::bad_alloc &) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory", what);
    } catch (const std::exception &e) {
        return dk_fail(err, DK_EIO, "%s: %s", what, e.what());
    } catch (...) {
        return dk_fail(err, DK_EIO, "%s: OpenCV failed without saying why", what);
    }
}

/* A matrix over a frame's pixels; nothing is copied. */
cv::Mat view(const dk_frame *frame) {
    return cv::Mat(frame->h, frame->w, CV_8UC3, frame->bgr);
}

/* Its own messages and ffmpeg's would go to stderr past our log; what matters comes back as errors. */
void hush() {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
}

/* ---- frames in ---- */

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

/* ---- faces ---- */

const char *const CASCADES[] = {
    "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml",
    "/usr/local/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml",
    "/usr/share/opencv/haarcascades/haarcascade_frontalface_alt2.xml",
    "haarcascade_frontalface_alt2.xml",
};

dk_status find_cascade(const char **path, dk_error *err) {
    for (const char *candidate : CASCADES) {
        if (access(candidate, R_OK) == 0) {
            *path = candidate;
            return DK_OK;
        }
    }
    return dk_fail(
        err, DK_EIO,
        "haarcascade_frontalface_alt2.xml, with which faces are found, is not in %s; install Debian's "
        "opencv-data (scripts/install_deps.sh does), or give -cascade FILE",
        "/usr/share/opencv4/haarcascades, /usr/local/share/opencv4/haarcascades, "
        "/usr/share/opencv/haarcascades or here");
}

dk_status load_cascade(dk_detector *d, dk_error *err) {
    const char *path = d->conf.cascade;
    if (!path) {
        DK_TRY(find_cascade(&path, err));
    } else if (access(path, R_OK) != 0) {
        return dk_fail(err, DK_EIO, "-cascade: cannot read '%s': %s", path, strerror(errno));
    }
    bool good = false;
    try { /* its parser throws at a file that is no XML */
        good = d->cascade.load(path);
    } catch (const cv::Exception &) {
    }
    return good ? DK_OK : dk_fail(err, DK_EFORMAT, "%s: is no Haar or LBP cascade of OpenCV", path);
}

/* Luma, shrunk so that the longest side is conf.size; returns pixels of the frame per pixel of it. */
float shrink(dk_detector *d, const dk_frame *frame) {
    const int longest = std::max(frame->w, frame->h);
    cv::cvtColor(view(frame), d->grey, cv::COLOR_BGR2GRAY);
    if (longest <= d->conf.size) {
        d->small = d->grey;
        return 1;
    }
    const float factor = static_cast<float>(longest) / static_cast<float>(d->conf.size);
    cv::resize(d->grey, d->small,
               cv::Size(std::max(1, cvRound(static_cast<float>(frame->w) / factor)),
                        std::max(1, cvRound(static_cast<float>(frame->h) / factor))),
               0, 0, cv::INTER_AREA);
    return factor;
}

/* What the cascade finds in a part of `small`, into `hits`, in pixels of the part. */
void search(dk_detector *d, const cv::Mat &part, int least, int most) {
    d->cascade.detectMultiScale(part, d->hits, d->conf.scale, d->conf.neighbours, 0, cv::Size(least, least),
                                cv::Size(most, most));
}

void search_everywhere(dk_detector *d) {
    const int side = std::max(d->small.cols, d->small.rows);
    const int least = std::min(d->conf.smallest, side / 20); /* small pictures: 5 %, as in large ones */
    search(d, d->small, least, side);
    d->found = d->hits;
}

/* Around a face's place, `reach` sides each way, for sizes like its own. */
void search_near(dk_detector *d, const dk_box &face, float factor) {
    const float reach = 1.1f, smaller = .7f, larger = 1.4f, side = face.w / factor;
    const cv::Rect wanted(cvRound((face.x + face.w / 2) / factor - reach * side),
                          cvRound((face.y + face.h / 2) / factor - reach * side), cvRound(2 * reach * side),
                          cvRound(2 * reach * side));
    const cv::Rect region = wanted & cv::Rect(cv::Point(), d->small.size());
    if (region.empty()) {
        return;
    }
    search(d, d->small(region), cvRound(smaller * side), cvRound(larger * side));
    for (const cv::Rect &hit : d->hits) {
        d->found.push_back(hit + region.tl());
    }
}

} // namespace

extern "C" {

dk_status dk_capture_open(dk_capture **out, const char *source, dk_capture_info *info, dk_error *err) {
    *out = nullptr;
    return guarded(source, err, [&] {
        hush();
        std::unique_ptr<dk_capture> c(new dk_capture);
        c->source = source;
        DK_TRY(open_capture(c.get(), info, err));
        *out = c.release();
        return DK_OK;
    });
}

dk_status dk_capture_read(dk_capture *c, dk_frame *frame, bool *end, dk_error *err) {
    return guarded(c->source.c_str(), err, [&] {
        *end = !c->video.read(c->frame) || c->frame.empty();
        if (*end) {
            return DK_OK;
        }
        if (c->frame.type() != CV_8UC3) {
            return dk_fail(err, DK_EUNSUPPORTED, "%s: gives pixels that are no 8-bit colours",
                           c->source.c_str());
        }
        DK_TRY(dk_frame_fit(frame, c->frame.cols, c->frame.rows, err));
        c->frame.copyTo(view(frame));
        return DK_OK;
    });
}

void dk_capture_close(dk_capture *c) {
    (void)guarded("closing a video", nullptr, [&] {
        delete c;
        return DK_OK;
    });
}

dk_status dk_detector_open(dk_detector **out, const dk_detector_conf *conf, dk_error *err) {
    *out = nullptr;
    return guarded("the face detector", err, [&] {
        hush();
        std::unique_ptr<dk_detector> d(new dk_detector);
        d->conf = *conf;
        d->conf.scale = conf->scale > 1 ? conf->scale : 1.1f;
        d->conf.neighbours = conf->neighbours > 0 ? conf->neighbours : 3;
        d->conf.size = conf->size > 0 ? conf->size : conf->still ? 1280 : 640;
        d->conf.smallest = conf->smallest > 0 ? conf->smallest : 32;
        DK_TRY(load_cascade(d.get(), err));
        *out = d.release();
        return DK_OK;
    });
}

dk_status dk_detector_run(dk_detector *d, const dk_frame *frame, const dk_known *known, dk_box *boxes,
                          int room, int *count, dk_error *err) {
    *count = 0;
    return guarded("finding faces", err, [&] {
        const float factor = shrink(d, frame);
        d->found.clear();
        for (int i = 0; known && i < known->count; i++) {
            search_near(d, known->faces[i], factor);
        }
        if (!known) {
            search_everywhere(d);
        }
        std::sort(d->found.begin(), d->found.end(), [](const cv::Rect &a, const cv::Rect &b) {
            return a.area() != b.area() ? a.area() > b.area() : a.x != b.x ? a.x < b.x : a.y < b.y;
        });
        for (const cv::Rect &r : d->found) {
            if (*count < room) {
                boxes[(*count)++] = {static_cast<float>(r.x) * factor, static_cast<float>(r.y) * factor,
                                     static_cast<float>(r.width) * factor,
                                     static_cast<float>(r.height) * factor};
            }
        }
        return DK_OK;
    });
}

void dk_detector_close(dk_detector *d) {
    delete d;
}

/* ---- frames out ---- */

dk_status dk_film_open(dk_film **out, const char *path, int w, int h, double fps, dk_error *err) {
    *out = nullptr;
    return guarded(path, err, [&] {
        hush();
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
    return guarded(film->path.c_str(), err, [&] {
        const cv::Size size(film->w, film->h);
        cv::Mat pixels = view(frame), resized = pixels;
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
    return guarded(film->path.c_str(), err, [&] {
        film->writer.release();
        cv::VideoCapture again(film->path, cv::CAP_FFMPEG);
        const bool whole = again.get(cv::CAP_PROP_FRAME_COUNT) >= film->frames &&
                           again.set(cv::CAP_PROP_POS_FRAMES, film->frames - 1) && again.grab();
        return whole ? DK_OK : dk_fail(err, DK_EIO, "not all frames are in it; is the disk full?");
    });
}

/* ---- a window ---- */

dk_status dk_window_open(dk_window **out, const char *title, dk_error *err) {
    *out = nullptr;
    return guarded("the window", err, [&] {
        std::unique_ptr<dk_window> window(new dk_window{{&dk_vision_module}, title, false});
        cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
        *out = window.release();
        return DK_OK;
    });
}

dk_status dk_window_show(dk_window *window, const dk_frame *frame, dk_error *err) {
    return guarded("the window", err, [&] {
        if (!window->sized) {
            cv::resizeWindow(window->title, frame->w, frame->h);
            window->sized = true;
        }
        cv::imshow(window->title, view(frame));
        return DK_OK;
    });
}

int dk_window_key(dk_window *window, int milliseconds) {
    int key = DK_KEY_NONE;
    const dk_status status = guarded("the window", nullptr, [&] {
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
    (void)guarded("closing the window", nullptr, [&] {
        if (window) {
            cv::destroyWindow(window->title);
        }
        delete window;
        return DK_OK;
    });
}

dk_status dk_vision_threads(int threads, dk_error *err) {
    return guarded("threads", err, [&] {
        cv::setNumThreads(threads > 0 ? threads : -1);
        return DK_OK;
    });
}

extern const dk_vision_table dk_vision_module = {
    DK_VISION_VERSION, sizeof(dk_vision_table), dk_capture_open, dk_capture_read,
    dk_capture_close,  dk_detector_open,        dk_detector_run, dk_detector_close,
    dk_film_open,      dk_film_write,           dk_film_close,   dk_window_open,
    dk_window_show,    dk_window_key,           dk_window_close, dk_vision_threads,
};

} // extern "C"
