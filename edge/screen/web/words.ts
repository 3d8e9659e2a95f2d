import type { AccessReason, DrillEvent, DrillKind } from '../../../protocol/events.js';
import type { ScreenState, TillScreen } from '../../../protocol/screen.js';
import { en } from './words-en.js';
import { zh } from './words-zh.js';

export type Language = 'en' | 'zh';
type Till<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;

/** Every text of both screens; a text that one language lacks is a type error. */
export interface Words {
  readonly idle: string;
  readonly looking: string;
  readonly welcome: string;
  readonly refused: string;
  readonly reasons: Readonly<Record<AccessReason, string>>;
  readonly hints: Readonly<Record<NonNullable<ScreenState['hint']>, string>>;
  readonly drill: Readonly<Record<DrillKind, string>>;
  readonly drillOutcomes: Readonly<Record<DrillEvent['outcome'], string>>;
  readonly drillHint: string;
  readonly cameraLost: string;
  readonly cameraStarting: string;
  readonly offline: string;
  readonly unpaired: string;
  readonly deviceLost: string;
  readonly diskFull: string;
  readonly waitingEvents: (count: number) => string;
  readonly demo: string;
  readonly demoAuto: string;
  readonly demoNobody: string;
  readonly language: string;
  readonly amount: string;
  readonly charge: string;
  readonly clear: string;
  readonly cancel: string;
  readonly confirm: string;
  readonly lookAtCamera: string;
  readonly problems: Readonly<Record<NonNullable<Till<'waiting'>['problem']>, string>>;
  readonly confirmPay: (amount: string) => string;
  readonly balanceAfter: (amount: string) => string;
  readonly bySubsidy: (amount: string) => string;
  readonly confirmWithCashier: string;
  readonly paidBefore: (seconds: number) => string;
  readonly paying: string;
  readonly paid: string;
  readonly newBalance: (amount: string) => string;
  readonly paidOffline: string;
  readonly declined: string;
  readonly declineReasons: Readonly<Record<Till<'declined'>['reason'], string>>;
  readonly cancelled: Readonly<Record<Till<'cancelled'>['reason'], string>>;
  readonly typeAmount: string;
  readonly failed: string;
  readonly ways: string;
  readonly waysCameraLost: string;
  readonly payByNumber: string;
  readonly studentNumber: string;
  readonly byCredential: Readonly<Record<'card' | 'code' | 'number', string>>;
  readonly askDigits: string;
  readonly askPin: string;
  readonly printerLost: string;
  readonly menu: string;
  readonly grams: (name: string) => string;
  readonly addToCart: string;
  readonly takeOut: string;
  readonly noShift: string;
  readonly shiftAndRefunds: string;
  readonly back: string;
  readonly cashier: string;
  readonly cashierPin: string;
  readonly openShift: string;
  readonly closeShift: string;
  readonly closeShiftSure: string;
  readonly shiftClosed: string;
  readonly meals: (count: number) => string;
  readonly mealsPaid: string;
  readonly ofThemOffline: string;
  readonly refunds: string;
  readonly takings: string;
  readonly recentMeals: (minutes: number) => string;
  readonly noMeals: string;
  readonly giveBack: string;
  readonly giveBackSure: (amount: string) => string;
  readonly givenBack: string;
}

export const words: Readonly<Record<Language, Words>> = { en, zh };

/** `?lang=` first, then what was chosen before, then the browser. */
export function firstLanguage(search: string, stored: string | null, browser: string): Language {
  const asked = new URLSearchParams(search).get('lang') ?? stored;
  if (asked === 'en' || asked === 'zh') return asked;
  return browser.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
