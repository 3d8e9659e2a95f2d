import { useEffect, useRef } from 'react';

/** Hz, one after the other. */
const tunes: Readonly<Record<string, readonly number[]>> = {
  confirm: [660],
  paid: [880, 1_320],
  declined: [220, 165],
};
const tone_s = 0.12;

/** A short sound when the till asks, has been paid, or declines. Browsers stay silent until somebody has touched the page. */
export function useOutcomeSound(phase: string): void {
  const before = useRef(phase);
  const context = useRef<AudioContext>(undefined);
  useEffect(() => {
    const isNew = before.current !== phase;
    before.current = phase;
    const tune = tunes[phase];
    if (!isNew || !tune || !navigator.userActivation.hasBeenActive) return;
    context.current ??= new AudioContext();
    play(context.current, tune);
  }, [phase]);
}

function play(context: AudioContext, tune: readonly number[]): void {
  const volume = context.createGain();
  volume.gain.value = 0.2;
  volume.connect(context.destination);
  for (const [i, frequency] of tune.entries()) {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start(context.currentTime + i * tone_s);
    tone.stop(context.currentTime + (i + 1) * tone_s);
  }
}
