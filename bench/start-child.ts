import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGallery } from '../edge/gallery/index.js';
import { openStore } from '../edge/store/index.js';
import { newId } from '../protocol/index.js';
import { createVisionWorker } from '../vision/index.js';

const folder = process.argv[2] ?? '';
// The nets load in their own thread while the store is unsealed in this one, as in a gate.
const loading = createVisionWorker({});
const gallery = createGallery({ packId: 'porter-512', dimension: 512 });
const clock = { now_ms: Date.now, monotonic_ms: () => performance.now() };
openStore({ folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery });
const vision = await loading;
const { faces } = await vision.analyse({ bytes: readFileSync(join(folder, 'frame.jpg')) });
const embedding = faces[0]?.embedding;
if (!embedding || gallery.persons === 0) throw new Error('nothing to decide');
gallery.search(embedding);
process.send?.({ rss_mib: process.memoryUsage.rss() / 2 ** 20 });
