import type { ScoreHistogram } from './metrics.js';

const width = 640;
const height = 520;
const margin = { left: 70, right: 20, top: 40, bottom: 55 };
/** Rates drawn, on logarithmic axes. */
const fmrRange = [1e-6, 1] as const;
const fnmrRange = [1e-3, 1] as const;

export interface DetPoint {
  readonly threshold: number;
  readonly fmr: number;
  readonly fnmr: number;
}

/** FMR and FNMR at thresholds from −0.2 to 1 in steps of 0.01. */
export function detPoints(genuine: ScoreHistogram, impostor: ScoreHistogram): DetPoint[] {
  return Array.from({ length: 121 }, (_, step) => {
    const threshold = -0.2 + step / 100;
    return {
      threshold,
      fmr: impostor.shareAtLeast(threshold),
      fnmr: 1 - genuine.shareAtLeast(threshold),
    };
  });
}

/** A detection error trade-off curve (ISO/IEC 19795-1) as an SVG document. */
export function detPlot(points: readonly DetPoint[], title: string): string {
  const x = (fmr: number): number => place(fmr, fmrRange, margin.left, width - margin.right);
  const y = (fnmr: number): number => place(fnmr, fnmrRange, height - margin.bottom, margin.top);
  // Rates below the axes (none counted, that is) lie on the border; without pairs of a kind there is no rate.
  const inside = points.filter(({ fmr, fnmr }) => Number.isFinite(fmr) && Number.isFinite(fnmr));
  const line = inside.map(({ fmr, fnmr }) => `${x(fmr).toFixed(1)},${y(fnmr).toFixed(1)}`).join(' ');
  const grid = [
    ...decades(fmrRange).map(
      rate =>
        `<path d="M${x(rate)} ${margin.top}V${height - margin.bottom}"/><text x="${x(rate)}" y="${height - margin.bottom + 18}" text-anchor="middle">${label(rate)}</text>`,
    ),
    ...decades(fnmrRange).map(
      rate =>
        `<path d="M${margin.left} ${y(rate)}H${width - margin.right}"/><text x="${margin.left - 8}" y="${y(rate) + 4}" text-anchor="end">${label(rate)}</text>`,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${width / 2}" y="24" text-anchor="middle" font-size="15">${escapeXml(title)}</text>
<g stroke="#ddd" stroke-width="1">${grid.join('').replaceAll('<text', '<text stroke="none"')}</g>
<polyline points="${line}" fill="none" stroke="#1668dc" stroke-width="2"/>
<text x="${width / 2}" y="${height - 12}" text-anchor="middle">FMR</text>
<text x="18" y="${height / 2}" text-anchor="middle" transform="rotate(-90 18 ${height / 2})">FNMR</text>
</svg>
`;
}

function place(rate: number, [least, most]: readonly [number, number], from: number, to: number): number {
  const share = Math.log(rate / least) / Math.log(most / least);
  return from + Math.min(1, Math.max(0, share)) * (to - from);
}

function decades([least, most]: readonly [number, number]): number[] {
  const count = Math.round(Math.log10(most / least));
  return Array.from({ length: count + 1 }, (_, index) => least * 10 ** index);
}

function label(rate: number): string {
  return rate >= 0.01 ? `${Math.round(rate * 100)} %` : `10${superscript(Math.round(Math.log10(rate)))}`;
}

function superscript(exponent: number): string {
  return Array.from(String(exponent), digit =>
    digit === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? ''),
  ).join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
