/** Counters and latencies of this process, in Prometheus' text form. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>): void;
  /** A duration in ms; the last `keptSamples` are kept for the quantiles. */
  observe(name: string, value_ms: number): void;
  text(gauges: Readonly<Record<string, number>>): string;
}

const keptSamples = 1_000;

export function createMetrics(): Metrics {
  const counters = new Map<string, number>();
  const samples = new Map<string, number[]>();
  return {
    count(name, labels = {}) {
      const inner = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const series = `porter_${name}_total${inner.length > 0 ? `{${inner.join(',')}}` : ''}`;
      counters.set(series, (counters.get(series) ?? 0) + 1);
    },
    observe(name, value_ms) {
      const kept = samples.get(name) ?? [];
      kept.push(value_ms);
      if (kept.length > keptSamples) kept.shift();
      samples.set(name, kept);
    },
    text(gauges) {
      const lines = [...counters].map(([series, value]) => `${series} ${value}`);
      for (const [name, kept] of samples) {
        const sorted = [...kept].sort((a, b) => a - b);
        for (const quantile of [0.5, 0.9, 0.99]) {
          const value = sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? 0;
          lines.push(`porter_${name}_ms{quantile="${quantile}"} ${value.toFixed(1)}`);
        }
        lines.push(`porter_${name}_ms_count ${sorted.length}`);
      }
      for (const [name, value] of Object.entries(gauges)) lines.push(`porter_${name} ${value}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
