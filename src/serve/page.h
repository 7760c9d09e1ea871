/* The files of page/, which are part of the program: X(name, path on the server, file, Content-Type). */
#ifndef DK_SERVE_PAGE_H
#define DK_SERVE_PAGE_H

#include "serve/serve.h"

#define DK_PAGE_FILES(X)                                                                                     \
    X(demo_html, "/", "demo.html", "text/html; charset=utf-8")                                               \
    X(demo_js, "/demo.js", "demo.js", "text/javascript; charset=utf-8")                                      \
    X(camera_html, "/", "camera.html", "text/html; charset=utf-8")                                           \
    X(camera_js, "/camera.js", "camera.js", "text/javascript; charset=utf-8")                                \
    X(faces_js, "/faces.js", "faces.js", "text/javascript; charset=utf-8")                                   \
    X(run_html, "/", "run.html", "text/html; charset=utf-8")                                                 \
    X(run_js, "/run.js", "run.js", "text/javascript; charset=utf-8")                                         \
    X(common_js, "/common.js", "common.js", "text/javascript; charset=utf-8")                                \
    X(style_css, "/style.css", "style.css", "text/css; charset=utf-8")                                       \
    X(icon_svg, "/icon.svg", "icon.svg", "image/svg+xml")

#define DK_PAGE_NAME(name, path, file, type) DK_PAGE_##name,
typedef enum { DK_PAGE_FILES(DK_PAGE_NAME) DK_PAGES } dk_page_name;
#undef DK_PAGE_NAME

/* A row for everybody: what is shown comes by rows that want the token, where there is one. */
dk_page dk_page_file(dk_page_name name);

#endif
