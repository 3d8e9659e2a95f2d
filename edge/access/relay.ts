import type { Relay } from '../contracts.js';
import { doorErrors } from './errors.js';

/** A relay that can be switched off when nothing can be awaited any more. */
export interface SafeRelay extends Relay {
  /** Best effort; never throws. */
  offNow(): void;
}

/** Remembers what it was told; for the demo and for tests. */
export function createSimulatedRelay(): SafeRelay & { readonly on: boolean } {
  let level = false;
  return {
    description: 'simulated',
    get on() {
      return level;
    },
    async set(on) {
      level = on;
    },
    offNow() {
      level = false;
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

/** A relay on a GPIO line through sysfs. The line is claimed with the relay off. @throws gpio_unavailable */
export async function createOnoffRelay({ pin, base, activeLow }: OnoffRelayOptions): Promise<SafeRelay> {
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
    offNow() {
      try {
        line.writeSync(0);
      } catch {
        // The process is ending; there is nobody left to tell.
      }
    },
    async close() {
      line.writeSync(0);
      line.unexport();
    },
  };
}

/** The part of `process` that a guard listens to. */
export interface Ending {
  once(event: 'exit', listener: () => void): unknown;
  removeListener(event: 'exit', listener: () => void): unknown;
}

/**
 * Switches the relay off when the process ends, whether it ends by itself or by an uncaught error (Node emits `exit` for both).
 * After a kill -9 the next start switches it off. Returns how to stop guarding.
 */
export function guardRelay(relay: SafeRelay, ending: Ending): () => void {
  const off = (): void => relay.offNow();
  ending.once('exit', off);
  return () => void ending.removeListener('exit', off);
}
