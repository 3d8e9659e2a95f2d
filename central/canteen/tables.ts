/** Where it is absent, the campus' time zone and the usual periods hold. */
export interface CanteenRow {
  name: string;
  time_zone: string;
  /** JSON of `MealPeriod[]`. */
  periods: string;
  updated_at: string;
}

/** A day whose books are closed; never opened again. */
export interface ClosedDayRow {
  canteen: string;
  day: string;
  closed_at: string;
  closed_by: string;
  /** JSON of the tills that had not been heard. */
  missing_tills: string;
  /** JSON of the `Settlement` at that moment. */
  settlement: string;
  reason: string | null;
}

/** What a till counted of a shift by itself. */
export interface ShiftReportRow {
  id: string;
  till_id: string;
  device_id: string;
  canteen: string;
  stall: string | null;
  cashier: string;
  opened_at: string;
  closed_at: string;
  received_at: string;
  currency: string;
  /** JSON of the shift's `{ meals, offline, refunds }`. */
  reported: string;
  /** JSON of its meals one by one. */
  orders: string | null;
}

/** All meals that this till's device served before the time have come. */
export interface TillWatermarkRow {
  device_id: string;
  at: string;
}

export interface SubsidyGrantRow {
  id: string;
  person_id: string;
  account_id: string;
  amount_minor: number;
  valid_from: string;
  expires_at: string;
  /** JSON of the meal periods' names in which it may be spent; null: in all. */
  periods: string | null;
  /** `ended`: what was left went back. */
  state: 'open' | 'ended';
  reason: string;
  created_at: string;
}

export interface RefundRow {
  id: string;
  state: 'waiting' | 'posted' | 'refused';
  /** JSON: what is taken back, in this order. */
  transfer_ids: string;
  order_id: string | null;
  person_id: string | null;
  amount_minor: number;
  currency: string;
  reason: string;
  requested_at: string;
  requested_by: string;
  decided_at: string | null;
  decided_by: string | null;
  /** JSON of the transfers that were posted. */
  posted_ids: string;
}

/** Money that somebody pays in by phone. */
export interface TopUpOrderRow {
  id: string;
  provider: 'wechat' | 'alipay';
  person_id: string;
  state: 'open' | 'paid' | 'closed';
  amount_minor: number;
  currency: string;
  pay_url: string | null;
  created_at: string;
  created_by: string;
  expires_at: string;
  /** When the provider was last asked. */
  asked_at: string | null;
  /** The provider's number of the payment. */
  provider_id: string | null;
  paid_at: string | null;
  transfer_id: string | null;
  /** 1: paid after its time. */
  late: number;
}

export interface CanteenTables {
  top_up_order: TopUpOrderRow;
  canteen: CanteenRow;
  closed_day: ClosedDayRow;
  shift_report: ShiftReportRow;
  till_watermark: TillWatermarkRow;
  subsidy_grant: SubsidyGrantRow;
  refund: RefundRow;
}
