import sharp from 'sharp';
import { loadPack } from '../models/index.js';
import { alignFace } from '../vision/align.js';
import { createDecoder } from '../vision/decode.js';
import { createEngine } from '../vision/vision.js';
import { hdFrame } from './face-api.js';
import { inTurn, ms } from './timing.js';

/**
 * The same nets with the same numbers: rebuilt as ONNX, and as face-api runs them on its wasm backend. One thread each. The pictures
 * have the nets' own sizes, so that neither side has much to scale.
 */
export async function run(): Promise<void> {
  const decoder = createDecoder();
  const frame = await hdFrame();
  const scene = await decoder.decode(
    await sharp(frame).resize(416, 416, { fit: 'contain' }).jpeg().toBuffer(),
  );
  const rebuilt = await createEngine(loadPack('face-api'));
  const original = await createEngine(loadPack('face-api-tfjs'));
  const [found] = await rebuilt.detect(await decoder.decode(frame));
  if (!found) throw new Error('no face was found');
  const { x: left, y: top, width, height } = found.box;
  const region = {
    left: Math.round(left),
    top: Math.round(top),
    width: Math.round(width),
    height: Math.round(height),
  };
  const portrait = sharp(frame).extract(region).resize(150, 150, { fit: 'fill' });
  const image = await decoder.decode(await portrait.jpeg().toBuffer());
  const box = { x: 19, y: 19, width: 112, height: 112 };
  const works = async (engine: typeof rebuilt) => {
    const landmarks = await engine.landmarks(image, box);
    const aligned = engine.align({ image, box, landmarks, portrait: alignFace(image, landmarks) });
    return {
      detect: () => engine.detect(scene),
      landmarks: () => engine.landmarks(image, box),
      embed: () => aligned.embed(),
    };
  };
  const [ours, theirs] = [await works(rebuilt), await works(original)];
  const ssd = loadPack('face-api-ssd');
  const [ourSsd, theirSsd] = [await createEngine(ssd), await createEngine({ ...ssd, engine: 'tfjs' })];
  const large = await decoder.decode(
    await sharp(frame).resize(512, 512, { fit: 'contain' }).jpeg().toBuffer(),
  );
  const both = await inTurn(10, { onnx: () => ourSsd.detect(large), wasm: () => theirSsd.detect(large) });
  printRow('SSD MobileNet v1 512', both);
  for (const [net, name] of [
    ['detect', 'tiny face detector 416'],
    ['landmarks', '68 landmarks'],
    ['embed', 'face recognition 128-d'],
  ] as const) {
    printRow(name, await inTurn(20, { onnx: ours[net], wasm: theirs[net] }));
  }
  await Promise.all([rebuilt, original, ourSsd, theirSsd].map(engine => engine.close()));
}

function printRow(name: string, { onnx, wasm }: { readonly onnx: number; readonly wasm: number }): void {
  console.log(`${name.padEnd(24)} ${ms(onnx)} against ${ms(wasm)}: ${(wasm / onnx).toFixed(1)} ×`);
}
