import type { DrillEvent, DrillKind } from '../../protocol/index.js';

export interface DrillRow {
  id: string;
  device_id: string;
  presented: DrillKind;
  started_at: string;
  started_by: string;
  ends_at: string;
  /** Ended by staff or by the next drill; null: by its time. */
  ended_at: string | null;
}

export interface DrillPresentationRow {
  /** That of its event. */
  id: string;
  drill_id: string;
  at: string;
  received_at: string;
  outcome: DrillEvent['outcome'];
  /** JSON of the whole `DrillEvent`. */
  detail: string;
}

export interface DrillTables {
  drill: DrillRow;
  drill_presentation: DrillPresentationRow;
}
