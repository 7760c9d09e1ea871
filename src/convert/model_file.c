#include "convert/model_file.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

static bool is_tflite(const char *path) {
    uint8_t head[DK_FB_HEAD];
    return dk_file_head(path, head, sizeof head) == sizeof head && memcmp(head + 4, DK_TFLITE_MARK, 4) == 0;
}

dk_status dk_model_file_open(dk_model_file *out, const char *path, dk_error *err) {
    *out = (dk_model_file){0};
    if (dk_text_ends(path, ".onnx") && !is_tflite(path)) {
        DK_TRY(dk_onnx_load(&out->onnx, path, err));
        return dk_onnx_graph(&out->graph, out->onnx, err);
    }
    DK_TRY(dk_tflite_load(&out->tflite, path, err));
    return dk_tflite_graph(&out->graph, out->tflite, err);
}

void dk_model_file_close(dk_model_file *source) {
    dk_tflite_close(source->tflite);
    dk_onnx_close(source->onnx);
    *source = (dk_model_file){0};
}
