import type { Device, DeviceState } from '../../../protocol/staff/index.js';
import { count } from '../format.js';
import { useWords, type Words, wordFor } from '../words/index.js';
import { Pill, type Tone } from './common.js';

const tones: Readonly<Record<DeviceState, Tone>> = {
  online: 'good',
  offline: 'bad',
  quarantined: 'bad',
  unpaired: 'warn',
  revoked: 'calm',
};

export function DeviceStatePill({ state }: { readonly state: DeviceState }) {
  const words = useWords();
  return <Pill tone={tones[state]}>{wordFor(words, 'state', state)}</Pill>;
}

/** Whether a device holds the people that it should. */
export type GalleryCondition = 'unreported' | 'differs' | 'behind' | 'same';

export function galleryCondition({ status, currentRevision, digestMatches }: Device): GalleryCondition {
  if (!status) return 'unreported';
  if (digestMatches === false) return 'differs';
  return status.galleryRevision < currentRevision ? 'behind' : 'same';
}

export function GalleryState({ device }: { readonly device: Device }) {
  const words = useWords();
  const condition = galleryCondition(device);
  if (!device.status || condition === 'unreported') return <>–</>;
  const { galleryPersons, galleryRevision } = device.status;
  const behind = device.currentRevision - galleryRevision;
  const text = {
    differs: <Pill tone="bad">{words('galleryDiffers')}</Pill>,
    behind: <Pill tone="warn">{words('galleryBehind', { count: behind })}</Pill>,
    same: <span className="sub">{words(device.digestMatches ? 'gallerySame' : 'galleryCurrent')}</span>,
  }[condition];
  return (
    <>
      <span className="num">{words('galleryPersons', { count: count(galleryPersons, words.language) })}</span>
      <div>{text}</div>
      <span className="sub num">
        {words('revision')} {galleryRevision} / {device.currentRevision}
      </span>
    </>
  );
}

/** What of a device needs somebody's attention, in words; nothing when all is well. */
export function troublesOf({ status }: Pick<Device, 'status'>, words: Words): readonly string[] {
  if (!status) return [];
  return [
    ...(status.camera === 'ok' ? [] : [`${words('camera')}: ${wordFor(words, 'camera', status.camera)}`]),
    ...(status.door === 'failed' ? [`${words('doorRelay')}: ${words('doorRelay_failed')}`] : []),
    ...(status.disk === 'full' ? [`${words('disk')}: ${words('disk_full')}`] : []),
  ];
}

/** Camera, door and disk, and how much has yet to be sent. */
export function Health({ device }: { readonly device: Device }) {
  const words = useWords();
  const { status } = device;
  if (!status) return <>–</>;
  const troubles = troublesOf(device, words);
  const well = [
    `${words('camera')} ${words('camera_ok')}`,
    ...(status.door ? [`${words('doorRelay')} ${words('doorRelay_ok')}`] : []),
    `${words('disk')} ${words('disk_ok')}`,
  ];
  const { outboxDepth: depth } = status;
  return (
    <>
      {troubles.length === 0
        ? well.join(' · ')
        : troubles.map(text => (
            <div key={text}>
              <Pill tone="bad">{text}</Pill>
            </div>
          ))}
      <div className="sub num">
        {depth === 0 ? words('outboxEmpty') : words('outboxCount', { count: count(depth, words.language) })}
      </div>
    </>
  );
}
