import type { Device } from '../../protocol/staff/index.js';
import type { LiveBus } from '../live.js';
import type { DeviceViews } from './view.js';

const look_ms = 5_000;

/** Tells the consoles when a device falls silent, and what other processes of this central heard. Gives the function that stops it. */
export function startDeviceMonitor(needs: {
  readonly views: DeviceViews;
  readonly live: LiveBus;
  readonly onError: (error: unknown) => void;
}): () => void {
  const { views, live, onError } = needs;
  let states: ReadonlyMap<string, Device['state']> | undefined;
  let looking = false;
  const look = async () => {
    const devices = await views.list();
    for (const device of devices) {
      if (states && states.get(device.id) !== device.state) live.publish({ kind: 'device', device });
    }
    states = new Map(devices.map(device => [device.id, device.state]));
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(onError)
      .finally(() => {
        looking = false;
      });
  }, look_ms);
  timer.unref();
  return () => clearInterval(timer);
}
