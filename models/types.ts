/** What a model pack tells about its embedder, for those who compare templates. */
export interface Calibration {
  /**
   * Measured points of the impostor tail: at cosine `score`, the share of comparisons of two different persons
   * that reach it (FMR). Ascending by score, FMR descending.
   */
  readonly fmr: readonly { readonly score: number; readonly fmr: number }[];
  /** Least distance to the second-best person for an identification without a second credential. */
  readonly margin: number;
  /**
   * What to add to a threshold when three or more photos are averaged, in the probe and in the template. Averaging takes away
   * noise, also the noise that keeps strangers apart.
   */
  readonly averaging?: { readonly probes: number; readonly enrolments: number };
  /** Where the points come from. */
  readonly source: string;
}
