import { sign } from 'node:crypto';
import { payCodeBytes, payCodeText } from '../../protocol/index.js';
import type { SimulatedPerson } from './campus.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';

export interface ShownCode {
  readonly codeId: string;
  readonly text: string;
  readonly shownAt_ms: number;
}

/** The diners' phones. Now and then one shows the same code again, at this till or at another, or one that is too old. */
export interface Phones {
  codeOf(person: SimulatedPerson): ShownCode;
}

const keptOnScreen_ms = 100_000;

export function createPhones(needs: {
  readonly start_ms: number;
  readonly schedule: Schedule;
  readonly random: Random;
}): Phones {
  const { start_ms, schedule, random } = needs;
  const shown = new Map<string, ShownCode>();

  const freshCode = ({ id, phoneKey }: SimulatedPerson): ShownCode => {
    const codeId = Buffer.from(random.bytes(8)).toString('hex');
    const issued_s = Math.floor((start_ms + schedule.now_ms) / 1_000);
    const signed = payCodeBytes({ personId: id, issued_s, codeId });
    const signature = sign('sha256', signed, { key: phoneKey, dsaEncoding: 'ieee-p1363' });
    return { codeId, text: payCodeText(signed, signature), shownAt_ms: schedule.now_ms };
  };
  return {
    codeOf(person) {
      const last = shown.get(person.id);
      if (last && schedule.now_ms - last.shownAt_ms < keptOnScreen_ms && random.chance(0.5)) return last;
      const code = freshCode(person);
      shown.set(person.id, code);
      return code;
    },
  };
}
