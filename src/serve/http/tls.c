/* Certificate and key, read and compared before there is a port. */
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/file.h"
#include "serve/http/parts.h"

enum { MOST = 1 << 20 }; /* bytes of a file */

static dk_status read_file(char **out, const char *path, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(path, MOST, &bytes, &size, err));
    *out = (char *)bytes;
    return DK_OK;
}

static gnutls_datum_t datum(char *text) {
    return (gnutls_datum_t){.data = (unsigned char *)text, .size = (unsigned)strlen(text)};
}

dk_status dk_tls_load(dk_server *s, dk_error *err) {
    const char *const cert = s->conf->cert, *const key = s->conf->key;
    gnutls_certificate_credentials_t both;
    if (cert == NULL && key == NULL) {
        return DK_OK;
    }
    if (cert == NULL || key == NULL) {
        return dk_fail(err, DK_EUSAGE, "-http_cert and -http_key go together; %s is missing",
                       cert == NULL ? "-http_cert" : "-http_key");
    }
    DK_TRY(read_file(&s->cert, cert, err));
    DK_TRY(read_file(&s->key, key, err));
    if (gnutls_certificate_allocate_credentials(&both) < 0) {
        return dk_no_memory(err, 0, "the certificate");
    }
    const gnutls_datum_t c = datum(s->cert), k = datum(s->key);
    const int code = gnutls_certificate_set_x509_key_mem(both, &c, &k, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(both);
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) {
        return dk_fail(err, DK_EFORMAT, "-http_cert %s: is not the certificate of the key %s", cert, key);
    }
    return code < 0 ? dk_fail(err, DK_EFORMAT,
                              "-http_cert %s, -http_key %s: are no certificate and key in PEM: %s", cert, key,
                              gnutls_strerror(code))
                    : DK_OK;
}
