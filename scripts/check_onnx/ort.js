// What ONNX Runtime answers: node ort.js MODEL.onnx INPUT.f32 CHANNELS HEIGHT WIDTH prints the values of all outputs, one a
// line, in the order of the model. Wants npm's onnxruntime-node where NODE_PATH says.
const fs = require('fs');
const ort = require('onnxruntime-node');

async function main([model, input, ...size]) {
  const [channels, height, width] = size.map(Number);
  const bytes = fs.readFileSync(input);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, channels * height * width);
  const session = await ort.InferenceSession.create(model, {intraOpNumThreads: 1, interOpNumThreads: 1});
  const answers = await session.run({[session.inputNames[0]]: new ort.Tensor('float32', values, [1, channels, height, width])});
  for (const name of session.outputNames) {
    process.stdout.write(Array.from(answers[name].data).join('\n') + '\n');
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
