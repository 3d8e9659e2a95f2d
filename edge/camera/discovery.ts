import onvif from 'node-onvif';

export interface FoundCamera {
  /** Address of the device service. */
  readonly xaddr: string;
  readonly name: string;
  readonly hardware: string;
}

const leastWait_ms = 200;
const mostWait_ms = 60_000;
let running: Promise<FoundCamera[]> | undefined;

/**
 * Asks the local network for ONVIF cameras (WS-Discovery), for `timeout_ms` (0.2 to 60 s). The library has one socket for all:
 * who asks while another asks gets the same answer.
 */
export function discoverCameras(options: { readonly timeout_ms: number }): Promise<FoundCamera[]> {
  running ??= probe(options.timeout_ms).finally(() => {
    running = undefined;
  });
  return running;
}

async function probe(timeout_ms: number): Promise<FoundCamera[]> {
  // Stopping a probe early leaves its promise pending for ever, so the library is told how long to wait.
  onvif._DISCOVERY_WAIT = Math.min(mostWait_ms, Math.max(leastWait_ms, timeout_ms));
  try {
    const found = await onvif.startProbe();
    return found.flatMap(({ xaddrs, name, hardware }) =>
      xaddrs.slice(0, 1).map(xaddr => ({ xaddr, name, hardware })),
    );
  } catch (error) {
    await onvif.stopProbe().catch(() => undefined);
    throw error;
  }
}
