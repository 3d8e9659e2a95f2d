import { actorById } from '../../fixtures/index.js';
import type { Clock, DemoDirector, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';
import { createStage, type Place, type Pose, stage } from './stage.js';

export interface DemoSourceOptions {
  /** Who comes in `auto` mode, in turn. */
  readonly programme: readonly string[];
  /** Who can be directed to come. */
  readonly actors: readonly string[];
  /** How long each stays before the camera in `auto` mode. */
  readonly stand_ms: number;
  readonly clock: Clock;
  /** Default `corridor`. */
  readonly place?: Place;
}

const frame_ms = 100;
const approach_ms = 1_200;
const leave_ms = 600;
const gap_ms = 1_000;
/** A face at the corridor's end: too small to be recognised. */
const far_px = 36;
/** Frames of somebody standing repeat after this many. */
const standingFrames = 12;
const cachedFrames = 400;

/** What the camera sees: somebody in a phase of an approach, or nobody. */
export interface Scene {
  readonly actor: string | undefined;
  readonly phase: 'approach' | 'stand' | 'leave';
  /** 0 to 1 within approach and leave; frame number while standing. */
  readonly step: number;
}

const nobody: Scene = { actor: undefined, phase: 'stand', step: 0 };

/** The scene `elapsed_ms` into a programme that repeats for ever. */
export function autoScene(programme: readonly string[], stand_ms: number, elapsed_ms: number): Scene {
  const turn_ms = approach_ms + stand_ms + leave_ms + gap_ms;
  const actor = programme[Math.floor(elapsed_ms / turn_ms) % programme.length];
  const within_ms = elapsed_ms % turn_ms;
  if (within_ms < approach_ms + stand_ms) return directedScene(actor, within_ms);
  return leavingScene(actor, within_ms - approach_ms - stand_ms);
}

/** Somebody who was told to come walks up and stays. */
export function directedScene(actor: string | undefined, elapsed_ms: number): Scene {
  if (elapsed_ms < approach_ms) return { actor, phase: 'approach', step: elapsed_ms / approach_ms };
  return { actor, phase: 'stand', step: Math.floor((elapsed_ms - approach_ms) / frame_ms) % standingFrames };
}

export function leavingScene(actor: string | undefined, elapsed_ms: number): Scene {
  if (elapsed_ms >= leave_ms) return nobody;
  return { actor, phase: 'leave', step: elapsed_ms / leave_ms };
}

/** Where a scene's actor is in the picture: walking up grows, standing sways a little, leaving slips out at the side. */
export function poseOf({ phase, step }: Scene): Pose {
  const standing = { face_px: 235, x: stage.width / 2, y: 300, light: 1 };
  if (phase === 'approach') {
    return {
      face_px: far_px + (standing.face_px - far_px) * step ** 1.5,
      x: standing.x + Math.sin(step * 9) * 14,
      y: 260 + 40 * step + Math.abs(Math.sin(step * 12)) * -6,
      light: 0.92 + 0.08 * step,
    };
  }
  if (phase === 'leave') return { ...standing, x: standing.x + step * step * 900 };
  const turn = (step / standingFrames) * 2 * Math.PI;
  return {
    face_px: standing.face_px + 5 * Math.sin(turn),
    x: standing.x + 7 * Math.cos(turn),
    y: standing.y + 3 * Math.sin(2 * turn),
    light: 1 + 0.02 * Math.sin(turn),
  };
}

/** A camera before which the demo's people walk up, by themselves or as directed. */
export function createDemoSource(
  options: DemoSourceOptions,
): FrameSource & { readonly director: DemoDirector } {
  const { programme, actors, stand_ms, clock, place = 'corridor' } = options;
  const draw = createCachedDraw(place);
  let current = 'auto';
  let since_ms = clock.monotonic_ms();
  let leaver: string | undefined;

  const scene = (): Scene => {
    const elapsed_ms = clock.monotonic_ms() - since_ms;
    if (current === 'auto') return autoScene(programme, stand_ms, elapsed_ms);
    if (current === 'nobody') return leavingScene(leaver, elapsed_ms);
    return directedScene(current, elapsed_ms);
  };
  const director: DemoDirector = {
    actors: actors.map(id => {
      const { en, zh } = actorById(id) ?? { en: id, zh: id };
      return { id, en, zh };
    }),
    get current() {
      return current;
    },
    direct(actor) {
      if (actor !== 'auto' && actor !== 'nobody' && !actors.includes(actor)) {
        throw cameraErrors.unknown_actor({ actor });
      }
      if (actor === current) return;
      // Whoever has not come near yet is gone at once.
      const now = scene();
      leaver = now.phase === 'stand' ? now.actor : undefined;
      current = actor;
      since_ms = clock.monotonic_ms();
    },
  };
  return {
    description: 'demo',
    director,
    async *open(signal): AsyncIterable<Frame> {
      for (let sequence = 0; !signal.aborted; sequence++) {
        const started_ms = clock.monotonic_ms();
        yield { jpeg: await draw(scene()), sequence, capturedAt_ms: clock.monotonic_ms() };
        await clock.sleep(Math.max(0, frame_ms - (clock.monotonic_ms() - started_ms)), signal);
      }
    },
  };
}

/** Draws each distinct picture once; steps of a movement are rounded to frames. */
function createCachedDraw(place: Place): (scene: Scene) => Promise<Buffer> {
  const { draw } = createStage({ place });
  const cache = new Map<string, Promise<Buffer>>();
  return scene => {
    const frames = scene.phase === 'approach' ? approach_ms / frame_ms : leave_ms / frame_ms;
    const step = scene.phase === 'stand' ? scene.step : Math.round(scene.step * frames) / frames;
    const rounded = { ...scene, step };
    const key = scene.actor === undefined ? 'nobody' : `${scene.actor} ${scene.phase} ${step}`;
    const known = cache.get(key);
    if (known) return known;
    const [oldest] = cache.keys();
    if (cache.size >= cachedFrames && oldest !== undefined) cache.delete(oldest);
    const drawn = draw(scene.actor, poseOf(rounded));
    cache.set(key, drawn);
    drawn.catch(() => cache.delete(key));
    return drawn;
  };
}
