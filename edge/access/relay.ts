import type { Relay } from '../contracts.js';
import { doorErrors } from './errors.js';

/** Remembers what it was told; for the demo and for tests. */
export function createSimulatedRelay(): Relay & { readonly on: boolean } {
  let level = false;
  return {
    description: 'simulated',
    get on() {
      return level;
    },
    async set(on) {
      level = on;
    },
    async close() {
      level = false;
    },
  };
}

export interface OnoffRelayOptions {
  /** Number on the header; `base` is added to it (512 or 571 on newer kernels, 0 before). */
  readonly pin: number;
  readonly base: number;
  /** The relay board switches on at low level. */
  readonly activeLow: boolean;
}

/** A relay on a GPIO line through sysfs. The line is claimed with the relay off. */
export async function createOnoffRelay({
  pin,
  base,
  activeLow,
}: OnoffRelayOptions): Promise<Relay & { offNow(): void }> {
  const { Gpio } = await import('onoff');
  if (!Gpio.accessible)
    throw doorErrors.gpio_unavailable({ pin, problem: 'this system has no /sys/class/gpio' });
  let line: InstanceType<typeof Gpio>;
  try {
    // 'low' and 'high' are physical levels: off is low for an active-high board and high for an active-low one.
    line = new Gpio(base + pin, activeLow ? 'high' : 'low', 'none', { activeLow });
    line.writeSync(0);
  } catch (cause) {
    throw doorErrors.gpio_unavailable(
      { pin, problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
  return {
    description: `GPIO ${base + pin}`,
    async set(on) {
      await line.write(on ? 1 : 0);
    },
    /** For the process' last moment, when nothing can be awaited any more. */
    offNow: () => line.writeSync(0),
    async close() {
      line.writeSync(0);
      line.unexport();
    },
  };
}
