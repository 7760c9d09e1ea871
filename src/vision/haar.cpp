/* Faces, by a Haar cascade of OpenCV's objdetect. */
#include <algorithm>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "vision/opencv.hpp"

struct dk_haar {
    dk_vision_object object{&dk_vision_module};
    cv::CascadeClassifier cascade;
    dk_haar_conf conf;
    cv::Mat grey, small;
    std::vector<cv::Rect> found, hits;
};

namespace {

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

dk_status load_cascade(dk_haar *d, dk_error *err) {
    const char *path = d->conf.cascade;
    struct stat info;
    if (!path) {
        DK_TRY(find_cascade(&path, err));
    }
    if (stat(path, &info) != 0 || access(path, R_OK) != 0) {
        return dk_fail_errno(err, "-cascade: cannot read '%s'", path);
    }
    if (!S_ISREG(info.st_mode)) { /* a pipe would be waited for */
        return dk_fail(err, DK_EIO, "-cascade: cannot read '%s': it is a %s, not a regular file", path,
                       S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
    }
    bool good = false;
    try { /* its parser throws at a file that is no XML */
        good = d->cascade.load(path);
    } catch (const cv::Exception &) {
    }
    return good ? DK_OK : dk_fail(err, DK_EFORMAT, "%s: is no Haar or LBP cascade of OpenCV", path);
}

/* Luma, shrunk so that the longest side is conf.size; returns pixels of the frame per pixel of it. */
float shrink(dk_haar *d, const dk_frame *frame) {
    const int longest = std::max(frame->w, frame->h);
    cv::cvtColor(dk_opencv_view(frame), d->grey, cv::COLOR_BGR2GRAY);
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
void search(dk_haar *d, const cv::Mat &part, int least, int most) {
    d->cascade.detectMultiScale(part, d->hits, d->conf.scale, d->conf.neighbours, 0, cv::Size(least, least),
                                cv::Size(most, most));
}

void search_everywhere(dk_haar *d) {
    const int side = std::max(d->small.cols, d->small.rows);
    const int least = std::min(d->conf.smallest, side / 20); /* small pictures: 5 %, as in large ones */
    search(d, d->small, least, side);
    d->found = d->hits;
}

/* Around a face's place, `reach` sides each way, for sizes like its own. */
void search_near(dk_haar *d, const dk_box &face, float factor) {
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

dk_status dk_haar_open(dk_haar **out, const dk_haar_conf *conf, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded("the face detector", err, [&] {
        dk_opencv_hush();
        std::unique_ptr<dk_haar> d(new dk_haar);
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

dk_status dk_haar_run(dk_haar *d, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                      int *count, dk_error *err) {
    *count = 0;
    return dk_opencv_guarded("finding faces", err, [&] {
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
                found[*count] = {};
                found[(*count)++].box = {static_cast<float>(r.x) * factor, static_cast<float>(r.y) * factor,
                                         static_cast<float>(r.width) * factor,
                                         static_cast<float>(r.height) * factor};
            }
        }
        return DK_OK;
    });
}

void dk_haar_close(dk_haar *d) {
    delete d;
}

} // extern "C"
