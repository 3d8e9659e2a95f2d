import { createBoundedIndex } from '../edge/gallery/index.js';
import { createVision } from '../vision/index.js';
import { hdFrame, loadFaceApi } from './face-api.js';
import { generator, unitVector } from './random.js';
import { inTurn, ms } from './timing.js';

const templates = 10_000;

/** Picture to decision with liveness and search, against face-api's chain to a descriptor without either. One thread each. */
export async function run(): Promise<void> {
  const jpeg = await hdFrame();
  const peer = await loadFaceApi();
  const vision = await createVision();
  const index = createBoundedIndex(vision.dimension);
  if (!index) throw new Error('WebAssembly has no vectors here');
  const random = generator(1);
  for (let i = 0; i < templates; i++) index.replace(String(i), [unitVector(random, vision.dimension)]);

  const decide = async (mirror: boolean) => {
    const { faces } = await vision.analyse({ bytes: jpeg }, { mirror });
    const [face] = faces;
    if (!face?.embedding || !face.liveness) throw new Error('no face was measured');
    index.search(face.embedding);
    return faces.length;
  };
  const faces = [await decide(false), await peer.ssd(jpeg), await peer.tiny(jpeg)];
  const times = await inTurn(15, {
    ours: () => decide(false),
    mirrored: () => decide(true),
    settled: () => vision.analyse({ bytes: jpeg }, { skimSingle: true }),
    tiny: () => peer.tiny(jpeg),
    ssd: () => peer.ssd(jpeg),
  });
  const { times_ms } = await vision.analyse({ bytes: jpeg });
  await vision.close();
  const against = (own_ms: number): string =>
    `1/${(times.ssd / own_ms).toFixed(1)} of SSD, 1/${(times.tiny / own_ms).toFixed(1)} of tiny`;
  console.log(`1280×720 JPEG, faces found: ours ${faces[0]}, SSD ${faces[1]}, tiny ${faces[2]}`);
  console.log(`face-api on wasm     SSD + landmarks + descriptor ${ms(times.ssd)}, tiny ${ms(times.tiny)}`);
  console.log(
    `decision             ${ms(times.ours)} with liveness and search in ${templates}: ${against(times.ours)}`,
  );
  console.log(`with mirror image    ${ms(times.mirrored)}: ${against(times.mirrored)}`);
  console.log(
    `settled person       ${ms(times.settled)}, two frames of three at a gate: 1/${(times.ours / times.settled).toFixed(1)} of a decision`,
  );
  const stages = Object.entries(times_ms).map(([stage, time_ms]) => `${stage} ${time_ms.toFixed(1)}`);
  console.log(`stages of one frame  ${stages.join(', ')} ms`);
}
