import { Type } from 'typebox';
import { Id, Timestamp } from '../common.js';
import { DrillKind } from '../events.js';

/** `POST /api/v1/devices/:id/drills` — begins a drill at a gate; one that still runs there ends. */
export const DrillStart = Type.Object({
  presented: DrillKind,
  minutes: Type.Integer({ minimum: 1, maximum: 30, default: 10 }),
});
export type DrillStart = Type.Static<typeof DrillStart>;

/** What came of the presentations of one kind. */
export const DrillCounts = Type.Object({
  presented: Type.Integer(),
  passed: Type.Integer(),
  stopped: Type.Integer(),
  /** Gone before the gate could tell: no entry for an attack, a refusal for somebody alive. */
  noResponse: Type.Integer(),
});
export type DrillCounts = Type.Static<typeof DrillCounts>;

/** `POST /api/v1/drills/:id/end` gives it too. */
export const Drill = Type.Object({
  id: Id,
  deviceId: Id,
  deviceName: Type.String(),
  presented: DrillKind,
  running: Type.Boolean(),
  startedAt: Timestamp,
  startedBy: Type.String(),
  endsAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
  counts: DrillCounts,
});
export type Drill = Type.Static<typeof Drill>;

/** A share of presentations. `atMost`: upper end of the 95 % interval (Wilson's); absent without presentations. */
export const DrillRate = Type.Object({
  counts: DrillCounts,
  rate: Type.Optional(Type.Number()),
  atMost: Type.Optional(Type.Number()),
});
export type DrillRate = Type.Static<typeof DrillRate>;

/** `GET /api/v1/devices/:id/drills` — ISO/IEC 30107-3: APCER per kind of attack and of the worst, BPCER of those alive. */
export const DrillReport = Type.Object({
  deviceId: Id,
  /** Newest first, at most 100. */
  drills: Type.Array(Drill),
  bpcer: DrillRate,
  apcer: Type.Array(Type.Intersect([Type.Object({ presented: DrillKind }), DrillRate])),
  /** APCER of the worst kind that was presented. */
  worstApcer: Type.Optional(Type.Number()),
});
export type DrillReport = Type.Static<typeof DrillReport>;
