import type { ScreenCommon } from '../protocol/index.js';
import type { CameraFeed, Clock, DemoDirector, Gallery, Store, Sync } from './contracts.js';
import { hintFor, isPresent, type Observed, type Sighting } from './vision/index.js';

export interface CommonNeeds {
  readonly feed: Pick<CameraFeed, 'state'>;
  readonly director?: DemoDirector;
  readonly gallery: Pick<Gallery, 'persons'>;
  readonly store: Pick<Store, 'settings' | 'outbox'>;
  readonly sync: Pick<Sync, 'network'>;
  readonly clock: Clock;
}

/** Older than this, a sighting says nothing about who is in view now. */
const stale_ms = 1_500;

/** What both kinds of screens show. `crowded`: only one person may stand there, and several do. */
export function commonScreen(
  needs: CommonNeeds,
  now: { readonly sighting: Sighting | undefined; readonly disk: 'ok' | 'full'; readonly crowded: boolean },
): ScreenCommon {
  const { feed, director, gallery, store, sync, clock } = needs;
  const settings = store.settings();
  const { state } = feed;
  const fresh = now.sighting && clock.monotonic_ms() - now.sighting.at_ms < stale_ms;
  const nearest = fresh ? nearestOf(now.sighting) : undefined;
  const hint = now.crowded ? 'one-at-a-time' : nearest && hintTo(nearest);
  return {
    campus: settings?.campus ?? '',
    place: settings?.gate?.accessPoint.name ?? settings?.till?.till.name ?? '',
    camera: state.kind,
    ...(state.kind === 'lost' && { cameraError: { code: state.code, en: state.en, zh: state.zh } }),
    network: sync.network,
    outboxDepth: store.outbox.depth(),
    galleryPersons: gallery.persons,
    disk: now.disk,
    ...(nearest && now.sighting && { faceBox: fractionOf(nearest, now.sighting) }),
    ...(hint && { hint }),
    ...(director && { demo: { actors: director.actors, current: director.current } }),
    now: new Date(clock.now_ms()).toISOString(),
  };
}

/** Largest face of those that the frame shows. */
function nearestOf({ people, at_ms }: Sighting): Observed | undefined {
  const area = ({ track }: Observed): number => track.face.box.width * track.face.box.height;
  return people.filter(one => isPresent(one.track, { at_ms })).sort((a, b) => area(b) - area(a))[0];
}

/** Whoever has been decided on need not do anything any more. */
function hintTo({ track, verdict }: Observed): ScreenCommon['hint'] {
  return verdict.kind === 'pending' ? hintFor(track.face) : undefined;
}

function fractionOf({ track }: Observed, { width, height }: Sighting) {
  const { box } = track.face;
  return { x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height };
}
