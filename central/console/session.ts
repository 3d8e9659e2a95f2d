import { createContext, useContext } from 'react';
import type { Role, Session } from '../../protocol/staff/index.js';
import type { Api } from './api.js';
import type { LiveSource } from './live-source.js';

export interface Work {
  readonly api: Api;
  readonly session: Session;
  readonly live: LiveSource;
}

export const WorkContext = createContext<Work | undefined>(undefined);

/** Within the logged-in part of the console. */
export function useWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error('not logged in');
  return work;
}

/** Besides administrators, who may do everything. Central decides; this only spares people what they would be refused. */
const roles = {
  seeEntries: ['supervisor'],
  seeMoney: ['canteen', 'finance'],
  topUp: ['canteen', 'finance'],
  askRefund: ['canteen', 'finance'],
  decideRefund: ['finance'],
  grantSubsidy: ['finance'],
  setOverdraft: ['finance'],
  closeDay: ['finance'],
  seeDevices: ['supervisor', 'canteen'],
  drill: ['supervisor'],
  seeRules: ['supervisor'],
  seeTills: ['canteen', 'finance'],
  editPeople: ['enrolment'],
  editTills: ['canteen'],
  editDevices: [],
  editRules: [],
  editStaff: [],
  enrolDuplicates: [],
  erasePacks: [],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Deed = keyof typeof roles;

export function may(role: Role, deed: Deed): boolean {
  const allowed: readonly Role[] = roles[deed];
  return role === 'admin' || allowed.includes(role);
}

export function useMay(deed: Deed): boolean {
  return may(useWork().session.user.role, deed);
}
