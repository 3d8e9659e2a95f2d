import { type CropSpec, createNet, modelErrors, type Net, type Pack, type PackNet } from '../models/index.js';
import { alignFace, portraitSize_px, portraitTemplate, squareAround, squareInside } from './align.js';
import { decodeUltraface } from './detectors.js';
import type { Engine } from './engine.js';
import { mirrored, type RgbImage, resizeRegion } from './image.js';
import { toTensor } from './tensor.js';
import type { Box, Point } from './types.js';

const landmarkCount = 68;

/** Loads a pack's nets into ONNX Runtime. @throws the errors of models/errors.ts */
export async function createOnnxEngine(pack: Pack): Promise<Engine> {
  const loaded: Net[] = [];
  const load = async (net: PackNet<unknown>): Promise<Net> => {
    const created = await createNet({ pack: pack.id, name: net.name, bytes: net.bytes() });
    loaded.push(created);
    return created;
  };
  const { nets } = pack;
  const detect = createDetect(pack, await load(nets.detector));
  const landmarks = createLandmarks(pack, await load(nets.landmarks));
  const liveness =
    nets.liveness === undefined ? undefined : createLiveness(nets.liveness.spec, await load(nets.liveness));
  const align = createAlign(pack, await load(nets.embedder));
  return {
    detect,
    landmarks,
    ...(liveness !== undefined && { liveness }),
    align,
    async close() {
      for (const net of loaded.splice(0)) await net.release();
    },
  };
}

function createDetect({ id, nets }: Pack, net: Net): Engine['detect'] {
  const { input, decoder } = nets.detector.spec;
  if (decoder.kind !== 'ultraface') {
    throw modelErrors.bad_model({ pack: id, net: 'detector', problem: `no decoder ${decoder.kind}` });
  }
  return async image => {
    const whole = { x: 0, y: 0, width: image.width, height: image.height };
    const { data, shape } = toTensor(resizeRegion(image, whole, input.width, input.height), input);
    const outputs = await net.run(data, shape);
    const scores = outputs[decoder.scores];
    const corners = outputs[decoder.boxes];
    if (scores === undefined || corners === undefined || scores.length * 2 !== corners.length) {
      throw modelErrors.bad_model({
        pack: id,
        net: 'detector',
        problem: 'its outputs are not scores and boxes',
      });
    }
    return decodeUltraface({ scores, corners, decoder, image });
  };
}

function createLandmarks({ id, nets }: Pack, net: Net): Engine['landmarks'] {
  const { input, crop } = nets.landmarks.spec;
  return async (image, box) => {
    const region = regionOf(crop, box, image);
    const { data, shape } = toTensor(resizeRegion(image, region, input.width, input.height), input);
    const values = onlyOutput(await net.run(data, shape));
    if (values.length !== landmarkCount * 2) {
      throw modelErrors.bad_model({
        pack: id,
        net: 'landmarks',
        problem: `${values.length} outputs, not 136`,
      });
    }
    return Array.from({ length: landmarkCount }, (_, i) => ({
      x: region.x + (values[i * 2] ?? 0) * region.width,
      y: region.y + (values[i * 2 + 1] ?? 0) * region.height,
    }));
  };
}

function createLiveness(
  spec: NonNullable<Pack['nets']['liveness']>['spec'],
  net: Net,
): NonNullable<Engine['liveness']> {
  return async (image, box) => {
    const region = regionOf(spec.crop, box, image);
    const crop = resizeRegion(image, region, spec.input.width, spec.input.height);
    const { data, shape } = toTensor(crop, spec.input);
    return softmax(onlyOutput(await net.run(data, shape)))[spec.liveClass] ?? 0;
  };
}

function createAlign({ id, dimension, nets }: Pack, net: Net): Engine['align'] {
  const { input, alignment } = nets.embedder.spec;
  if (alignment.kind !== 'five-point') {
    throw modelErrors.bad_model({ pack: id, net: 'embedder', problem: `no alignment ${alignment.kind}` });
  }
  if (input.width !== input.height) {
    throw modelErrors.bad_model({ pack: id, net: 'embedder', problem: 'its input is not square' });
  }
  const template: Point[] = alignment.template.map(([x, y]) => ({ x, y }));
  const takesPortrait =
    input.width === portraitSize_px &&
    template.every((p, i) => p.x === portraitTemplate[i]?.x && p.y === portraitTemplate[i]?.y);

  const embed = async (crop: RgbImage): Promise<Float32Array> => {
    const { data, shape } = toTensor(crop, input);
    const values = onlyOutput(await net.run(data, shape));
    if (values.length !== dimension) {
      const problem = `${values.length} outputs, the manifest says ${dimension}`;
      throw modelErrors.bad_model({ pack: id, net: 'embedder', problem });
    }
    return values;
  };
  return (image, landmarks, portrait) => {
    const crop = takesPortrait ? portrait : alignFace(image, landmarks, template, input.width);
    return { embed: () => embed(crop), embedMirrored: () => embed(mirrored(crop)) };
  };
}

function regionOf(crop: CropSpec, box: Box, image: RgbImage): Box {
  return crop.kind === 'square-inside' ? squareInside(box, crop.scale, image) : squareAround(box, crop.scale);
}

function onlyOutput(outputs: Readonly<Record<string, Float32Array>>): Float32Array {
  const [values] = Object.values(outputs);
  if (values === undefined) throw new Error('a net without an output');
  return values;
}

function softmax(values: Float32Array): Float32Array {
  const largest = Math.max(...values);
  const powers = values.map(value => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}
