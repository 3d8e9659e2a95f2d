import type { EventEnvelope } from '../../protocol/index.js';

/** A till's clock may be ahead by this before central's own time of arrival is taken instead. */
const clockTolerance_ms = 5 * 60_000;

/** When something happened at a till: by the till's clock where that can be, else when it came. */
export function instantOf(
  {
    envelope,
    receivedAt,
  }: { readonly envelope: Pick<EventEnvelope, 'clockTrusted'>; readonly receivedAt: Date },
  claimed: string,
): Date {
  const at = new Date(claimed);
  const ahead_ms = at.getTime() - receivedAt.getTime();
  return envelope.clockTrusted && ahead_ms <= clockTolerance_ms ? at : receivedAt;
}
