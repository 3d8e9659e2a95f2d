import { createContext, useContext } from 'react';
import type { Role, Session } from '../../protocol/staff/index.js';
import type { Api } from './api.js';

export interface Work {
  readonly api: Api;
  readonly session: Session;
}

export const WorkContext = createContext<Work | undefined>(undefined);

/** Within the logged-in part of the console. */
export function useWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error('not logged in');
  return work;
}

/** Whether the role may do what these roles may; administrators may do everything. */
export function may(role: Role, ...roles: readonly Role[]): boolean {
  return role === 'admin' || roles.includes(role);
}
