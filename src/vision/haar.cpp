/* Faces, by Haar cascades of OpenCV's objdetect: one of faces that look into the camera, and one of profiles, of one side;
 * the other is its mirror image. Searched everywhere, profiles are looked for on half of the size, and one side at a time
 * where another frame will come. A known face that was missed is looked for at once, turned and from both sides. What this
 * finds and costs: docs/faces.md. */
#include <algorithm>
#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "vision/opencv.hpp"

struct dk_haar {
    dk_vision_object object{&dk_vision_module};
    cv::CascadeClassifier front, profile; /* profile: empty with a cascade of the user's */
    dk_haar_conf conf;
    bool right = false; /* the side that the next search everywhere looks at */
    float factor = 1;   /* pixels of the frame per pixel of `small` */
    cv::Mat grey, small, half, part, flipped;
    std::vector<cv::Rect> hits;
    std::vector<dk_found> found; /* in pixels of `small` */
};

namespace {

/* Near a face's place: how far from it, in its sides, and for which sizes beside its own; how far it may be turned, degrees. */
const float REACH = 1.1f, SMALLER = .7f, LARGER = 1.4f;
const double TURN = 25;
const float SAME = .25f;        /* overlap: one face, found twice */
const float SURE = 2, LESS = 1; /* scores: of what looks into the camera; of what was turned, or a profile */
const int HALF = 2;             /* how much smaller the frame is in which profiles are looked for */

const char *const FOLDERS[] = {"/usr/share/opencv4/haarcascades/", "/usr/local/share/opencv4/haarcascades/",
                               "/usr/share/opencv/haarcascades/", ""};
const char *const FRONT = "haarcascade_frontalface_alt2.xml", *const PROFILE = "haarcascade_profileface.xml";

dk_status find_cascade(const char *name, std::string *path, dk_error *err) {
    for (const char *folder : FOLDERS) {
        *path = std::string(folder) + name;
        if (access(path->c_str(), R_OK) == 0) {
            return DK_OK;
        }
    }
    return dk_fail(err, DK_EIO,
                   "%s, with which faces are found, is not in %s, %s, %s or here; install Debian's "
                   "opencv-data (scripts/install_deps.sh does), or give -cascade FILE",
                   name, FOLDERS[0], FOLDERS[1], FOLDERS[2]);
}

dk_status load_cascade(cv::CascadeClassifier *cascade, const char *path, dk_error *err) {
    struct stat info;
    if (stat(path, &info) != 0 || access(path, R_OK) != 0) {
        return dk_fail_errno(err, "-cascade: cannot read '%s'", path);
    }
    if (!S_ISREG(info.st_mode)) { /* a pipe would be waited for */
        return dk_fail(err, DK_EIO, "-cascade: cannot read '%s': it is a %s, not a regular file", path,
                       S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
    }
    bool good = false;
    try { /* its parser throws at a file that is no XML */
        good = cascade->load(path);
    } catch (const cv::Exception &) {
    }
    return good ? DK_OK : dk_fail(err, DK_EFORMAT, "%s: is no Haar or LBP cascade of OpenCV", path);
}

/* The user's own cascade is asked alone: what it finds may have no profile. */
dk_status load_cascades(dk_haar *d, dk_error *err) {
    std::string path;
    if (d->conf.cascade) {
        return load_cascade(&d->front, d->conf.cascade, err);
    }
    DK_TRY(find_cascade(FRONT, &path, err));
    DK_TRY(load_cascade(&d->front, path.c_str(), err));
    DK_TRY(find_cascade(PROFILE, &path, err));
    return load_cascade(&d->profile, path.c_str(), err);
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

void add(dk_haar *d, const cv::Rect2f &r, float score) {
    dk_found found{};
    found.box = {r.x, r.y, r.width, r.height};
    found.score = score;
    d->found.push_back(found);
}

/* What a cascade finds in a picture, into `hits`; sides of least to most. */
void search(dk_haar *d, cv::CascadeClassifier *cascade, const cv::Mat &picture, float least, float most) {
    cascade->detectMultiScale(picture, d->hits, d->conf.scale, d->conf.neighbours, 0,
                              cv::Size(cvRound(least), cvRound(least)),
                              cv::Size(cvRound(most), cvRound(most)));
}

void search_side(dk_haar *d, const cv::Mat &picture, bool right, float least, float most) {
    if (right) {
        cv::flip(picture, d->flipped, 1);
    }
    search(d, &d->profile, right ? d->flipped : picture, least, most);
    for (cv::Rect &hit : d->hits) {
        hit.x = right ? picture.cols - hit.x - hit.width : hit.x;
    }
}

void search_profiles(dk_haar *d, float least, float most) {
    cv::resize(d->small, d->half, cv::Size(), 1. / HALF, 1. / HALF, cv::INTER_AREA);
    for (int sides = d->conf.still ? 2 : 1; sides > 0; sides--) {
        search_side(d, d->half, d->right, least / HALF, most / HALF);
        for (const cv::Rect &hit : d->hits) {
            add(d, cv::Rect(HALF * hit.x, HALF * hit.y, HALF * hit.width, HALF * hit.height), LESS);
        }
        d->right = !d->right;
    }
}

void search_everywhere(dk_haar *d) {
    const int side = std::max(d->small.cols, d->small.rows);
    const int least = std::min(d->conf.smallest, side / 20); /* small pictures: 5 %, as in large ones */
    search(d, &d->front, d->small, static_cast<float>(least), static_cast<float>(side));
    for (const cv::Rect &hit : d->hits) {
        add(d, hit, SURE);
    }
    if (!d->profile.empty() && std::min(d->small.cols, d->small.rows) >= HALF) {
        search_profiles(d, static_cast<float>(least), static_cast<float>(side));
    }
}

/* ---- near a face, in pixels of `small` ---- */

dk_box shrunk(const dk_haar *d, const dk_box &box) {
    return {box.x / d->factor, box.y / d->factor, box.w / d->factor, box.h / d->factor};
}

cv::Point2f centre(const dk_box &box) {
    return {box.x + box.w / 2, box.y + box.h / 2};
}

cv::Rect region_around(const dk_haar *d, const dk_box &face) {
    const float reach = REACH * face.w;
    const cv::Point2f at = centre(face);
    const cv::Rect wanted(cvRound(at.x - reach), cvRound(at.y - reach), cvRound(2 * reach),
                          cvRound(2 * reach));
    return wanted & cv::Rect(cv::Point(), d->small.size());
}

void search_near(dk_haar *d, const dk_box &face) {
    const cv::Rect region = region_around(d, face);
    if (region.empty()) {
        return;
    }
    search(d, &d->front, d->small(region), SMALLER * face.w, LARGER * face.w);
    for (const cv::Rect &hit : d->hits) {
        add(d, hit + region.tl(), SURE);
    }
}

/* The hit whose centre is nearest to the point: there the face should be. */
bool nearest(const dk_haar *d, cv::Point2f point, cv::Rect2f *out) {
    double least = HUGE_VAL;
    for (const cv::Rect2f hit : d->hits) {
        const double far = cv::norm((hit.tl() + hit.br()) / 2 - point);
        if (far < least) {
            least = far;
            *out = hit;
        }
    }
    return least < HUGE_VAL;
}

/* In a square around the face that was turned back by so many degrees. */
bool search_turned(dk_haar *d, const dk_box &face, double degrees) {
    const cv::Point2f at = centre(face);
    const int room = cvRound(2 * REACH * face.w);
    const cv::Point2f middle(static_cast<float>(room) / 2, static_cast<float>(room) / 2);
    cv::Matx23d turn, back;
    cv::Rect2f hit;
    cv::Mat(cv::getRotationMatrix2D(at, degrees, 1)).copyTo(turn);
    turn(0, 2) += static_cast<double>(middle.x - at.x);
    turn(1, 2) += static_cast<double>(middle.y - at.y);
    cv::warpAffine(d->small, d->part, turn, cv::Size(room, room), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    search(d, &d->front, d->part, SMALLER * face.w, LARGER * face.w);
    if (!nearest(d, middle, &hit)) {
        return false;
    }
    cv::invertAffineTransform(turn, back);
    const cv::Point2f found = (hit.tl() + hit.br()) / 2;
    const cv::Vec2d to = back * cv::Vec3d(static_cast<double>(found.x), static_cast<double>(found.y), 1);
    add(d,
        {static_cast<float>(to[0]) - hit.width / 2, static_cast<float>(to[1]) - hit.height / 2, hit.width,
         hit.height},
        LESS);
    return true;
}

bool search_profile(dk_haar *d, const dk_box &face, bool right) {
    const cv::Rect region = region_around(d, face);
    const cv::Point2f corner = region.tl();
    cv::Rect2f hit;
    if (region.empty()) {
        return false;
    }
    search_side(d, d->small(region), right, SMALLER * face.w, LARGER * face.w);
    if (!nearest(d, centre(face) - corner, &hit)) {
        return false;
    }
    add(d, hit + corner, LESS);
    return true;
}

bool is_found(const dk_haar *d, const dk_box &face) {
    return std::any_of(d->found.begin(), d->found.end(),
                       [&](const dk_found &f) { return dk_box_overlap(&f.box, &face) > SAME; });
}

/* The first that finds it ends it. */
void search_again(dk_haar *d, const dk_box &face) {
    const bool found = search_turned(d, face, TURN) || search_turned(d, face, -TURN);
    if (!found && !d->profile.empty()) {
        (void)(search_profile(d, face, false) || search_profile(d, face, true));
    }
}

void search_known(dk_haar *d, const dk_known *known) {
    for (int i = 0; i < known->count && known->near; i++) {
        search_near(d, shrunk(d, known->faces[i]));
    }
    for (int i = 0; i < known->count; i++) {
        const dk_box face = shrunk(d, known->faces[i]);
        if (!is_found(d, face)) {
            search_again(d, face);
        }
    }
}

/* Of what lies over each other the surest stays; then the largest come first. */
void thin(dk_haar *d) {
    d->found.resize(
        static_cast<size_t>(dk_box_thin(d->found.data(), static_cast<int>(d->found.size()), SAME)));
    std::sort(d->found.begin(), d->found.end(), [](const dk_found &one, const dk_found &two) {
        const dk_box &a = one.box, &b = two.box;
        return a.w != b.w ? a.w > b.w : a.x != b.x ? a.x < b.x : a.y < b.y;
    });
}

} // namespace

extern "C" {

dk_status dk_haar_open(dk_haar **out, const dk_haar_conf *conf, dk_error *err) {
    *out = nullptr;
    return dk_opencv_guarded("the face detector", err, [&] {
        dk_opencv_hush();
        std::unique_ptr<dk_haar> d(new dk_haar);
        d->conf = *conf;
        d->conf.scale = conf->scale > 1 ? conf->scale : 1.2f;
        d->conf.neighbours = conf->neighbours > 0 ? conf->neighbours : 2;
        d->conf.size = conf->size > 0 ? conf->size : conf->still ? 1280 : 640;
        d->conf.smallest = conf->smallest > 0 ? conf->smallest : 32;
        DK_TRY(load_cascades(d.get(), err));
        *out = d.release();
        return DK_OK;
    });
}

dk_status dk_haar_run(dk_haar *d, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                      int *count, dk_error *err) {
    *count = 0;
    return dk_opencv_guarded("finding faces", err, [&] {
        d->factor = shrink(d, frame);
        d->found.clear();
        if (!known || !known->near) {
            search_everywhere(d);
        }
        if (known) {
            search_known(d, known);
        }
        thin(d);
        for (const dk_found &f : d->found) {
            if (*count < room) {
                found[*count] = {};
                found[(*count)++].box = {f.box.x * d->factor, f.box.y * d->factor, f.box.w * d->factor,
                                         f.box.h * d->factor};
            }
        }
        return DK_OK;
    });
}

void dk_haar_close(dk_haar *d) {
    delete d;
}

} // extern "C"
