import { createNet, modelErrors, type Net, type Pack, type PackNet } from '../models/index.js';
import { alignFace, boundsOf, portraitSize_px, portraitTemplate, squareAround } from './align.js';
import { decodeSsd, decodeTinyYolo, decodeUltraface } from './detectors.js';
import type { Engine } from './engine.js';
import {
  clippedRect,
  descriptorRect,
  landmarksFromShares,
  notEmpty,
  squareTensor,
} from './face-api-crops.js';
import { mirrored, type RgbImage, resizeRegion } from './image.js';
import { createLiveness, type LivenessMember } from './liveness.js';
import { onlyOutput, regionOf } from './net-input.js';
import { type InputTensor, toTensor } from './tensor.js';
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
  const members: LivenessMember[] = [];
  for (const net of nets.liveness ?? []) members.push({ spec: net.spec, net: await load(net) });
  const liveness = members.length > 0 ? createLiveness(pack.id, members) : undefined;
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
  const bad = (problem: string) => modelErrors.bad_model({ pack: id, net: 'detector', problem });
  if (decoder.kind === 'tiny-yolo') {
    if (input.width !== input.height || input.width % 32 !== 0)
      throw bad('its input is no square of 32 px cells');
    return async image => {
      const whole = { x: 0, y: 0, width: image.width, height: image.height };
      const pixels = squareTensor(image, whole, input.width, { centred: false });
      const output = onlyOutput(await net.run(pixels, [1, input.width, input.width, 3]));
      return decodeTinyYolo({ output, decoder, image, side_px: input.width });
    };
  }
  if (decoder.kind === 'ssd') {
    if (input.width !== input.height) throw bad('its input is not square');
    return async image => {
      const whole = { x: 0, y: 0, width: image.width, height: image.height };
      const pixels = squareTensor(image, whole, input.width, { centred: false });
      const output = onlyOutput(await net.run(pixels, [1, input.width, input.width, 3]));
      return decodeSsd({ output, decoder, image, side_px: input.width });
    };
  }
  return async image => {
    const whole = { x: 0, y: 0, width: image.width, height: image.height };
    const { data, shape } = toTensor(resizeRegion(image, whole, input.width, input.height), input);
    const outputs = await net.run(data, shape);
    const scores = outputs[decoder.scores];
    const corners = outputs[decoder.boxes];
    if (scores === undefined || corners === undefined || scores.length * 2 !== corners.length) {
      throw bad('its outputs are not scores and boxes');
    }
    return decodeUltraface({ scores, corners, decoder, image });
  };
}

function createLandmarks({ id, nets }: Pack, net: Net): Engine['landmarks'] {
  const { input, crop, refine } = nets.landmarks.spec;
  const checked = (values: Float32Array) => {
    if (values.length === landmarkCount * 2) return values;
    throw modelErrors.bad_model({ pack: id, net: 'landmarks', problem: `${values.length} outputs, not 136` });
  };
  if (crop.kind === 'face-api') {
    return async (image, box) => {
      const rect = notEmpty(clippedRect(box, image));
      const pixels = squareTensor(image, rect, input.width, { centred: true });
      const shares = checked(onlyOutput(await net.run(pixels, [1, input.width, input.width, 3])));
      return landmarksFromShares(shares, rect, box, input.width);
    };
  }
  const look = async (image: RgbImage, region: Box): Promise<Point[]> => {
    const { data, shape } = toTensor(resizeRegion(image, region, input.width, input.height), input);
    const values = checked(onlyOutput(await net.run(data, shape)));
    return Array.from({ length: landmarkCount }, (_, i) => ({
      x: region.x + (values[i * 2] ?? 0) * region.width,
      y: region.y + (values[i * 2 + 1] ?? 0) * region.height,
    }));
  };
  return async (image, box) => {
    const first = await look(image, regionOf(crop, box, image));
    if (refine === undefined) return first;
    // A detector's box sits on the face now so, now so; the points of the first look place the second one better.
    const closer = squareAround(boundsOf(first), refine.scale, refine.shift);
    return closer.width > 1 ? look(image, closer) : first;
  };
}

function createAlign({ id, dimension, nets }: Pack, net: Net): Engine['align'] {
  const { input, alignment } = nets.embedder.spec;
  const bad = (problem: string) => modelErrors.bad_model({ pack: id, net: 'embedder', problem });
  if (input.width !== input.height) throw bad('its input is not square');
  const run = async ({ data, shape }: InputTensor): Promise<Float32Array> => {
    const values = onlyOutput(await net.run(data, shape));
    if (values.length !== dimension) throw bad(`${values.length} outputs, the manifest says ${dimension}`);
    return values;
  };
  if (alignment.kind === 'face-api') {
    return ({ image, box, landmarks }) => {
      const wanted = descriptorRect(landmarks, notEmpty(clippedRect(box, image)));
      const rect = notEmpty(clippedRect(wanted, image));
      const side = input.width;
      const embed = (flipped: boolean) =>
        run({ data: squareTensor(image, rect, side, { centred: true, flipped }), shape: [1, side, side, 3] });
      return { embed: () => embed(false), embedMirrored: () => embed(true) };
    };
  }
  const template: Point[] = alignment.template.map(([x, y]) => ({ x, y }));
  const takesPortrait =
    input.width === portraitSize_px &&
    template.every((p, i) => p.x === portraitTemplate[i]?.x && p.y === portraitTemplate[i]?.y);
  return ({ image, landmarks, portrait }) => {
    const crop = takesPortrait ? portrait : alignFace(image, landmarks, template, input.width);
    return {
      embed: () => run(toTensor(crop, input)),
      embedMirrored: () => run(toTensor(mirrored(crop), input)),
    };
  };
}
