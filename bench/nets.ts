import { loadPack } from '../models/index.js';
import { alignFace } from '../vision/align.js';
import { createDecoder } from '../vision/decode.js';
import { createEngine } from '../vision/vision.js';
import { hdFrame } from './face-api.js';
import { inTurn, ms } from './timing.js';

/** The same nets with the same numbers: rebuilt as ONNX, and as face-api runs them on its wasm backend. One thread each. */
export async function run(): Promise<void> {
  const image = await createDecoder().decode(await hdFrame());
  const [rebuilt, original] = [
    await createEngine(loadPack('face-api')),
    await createEngine(loadPack('face-api-tfjs')),
  ];
  const works = async (engine: typeof rebuilt) => {
    const [face] = await engine.detect(image);
    if (!face) throw new Error('no face was found');
    const landmarks = await engine.landmarks(image, face.box);
    const aligned = engine.align({ image, box: face.box, landmarks, portrait: alignFace(image, landmarks) });
    return {
      detect: () => engine.detect(image),
      landmarks: () => engine.landmarks(image, face.box),
      embed: () => aligned.embed(),
    };
  };
  const [ours, theirs] = [await works(rebuilt), await works(original)];
  for (const [net, name] of [
    ['detect', 'tiny face detector 416'],
    ['landmarks', '68 landmarks'],
    ['embed', 'face recognition 128-d'],
  ] as const) {
    const { onnx, wasm } = await inTurn(20, { onnx: ours[net], wasm: theirs[net] });
    console.log(`${name.padEnd(24)} ${ms(onnx)} against ${ms(wasm)}: ${(wasm / onnx).toFixed(1)} ×`);
  }
  await Promise.all([rebuilt.close(), original.close()]);
}
