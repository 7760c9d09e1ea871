/* The functions of serve.h, forwarded to darknet_http.so. */
#include "serve/module.h"

#include "base/module.h"

dk_status dk_server_open(dk_server **out, const dk_serve_conf *conf, const dk_site *site, const dk_log *log,
                         dk_error *err) {
    static const dk_module module = {
        .file = "darknet_http.so",
        .symbol = DK_SERVE_SYMBOL,
        .how = "it comes with libmicrohttpd: scripts/install_deps.sh, then make (HTTP=1, the default)",
        .version = DK_SERVE_VERSION,
        .size = sizeof(dk_serve_table)};
    const dk_serve_table *table = dk_module_find(&module, "-http", err);
    *out = NULL;
    return table != NULL ? table->open(out, conf, site, log, err) : DK_EUNSUPPORTED;
}

void dk_server_close(dk_server *server) {
    if (server != NULL) {
        ((const dk_serve_object *)(void *)server)->functions->close(server);
    }
}
