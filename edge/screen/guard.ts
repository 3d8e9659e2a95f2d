import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { screenErrors } from './errors.js';

/** What a request says about where it comes from. */
export interface Caller {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, sent by browsers. */
  readonly site: string | undefined;
}

/**
 * Pages of other sites must not watch or press buttons here. A name that an attacker's DNS points at this device is refused
 * (addresses cannot be rebound), and so is a request that a browser sends from elsewhere. @throws foreign_page
 */
export function createGuard(ownNames: readonly string[]): (caller: Caller) => void {
  const machine = hostname().toLowerCase();
  const own = new Set([
    'localhost',
    machine,
    `${machine}.local`,
    ...ownNames.map(name => name.toLowerCase()),
  ]);
  return ({ method, host, origin, site }) => {
    const name = hostnameOf(host);
    if (name === undefined || !(isIP(name) || own.has(name))) throw screenErrors.foreign_page();
    if (site === 'cross-site') throw screenErrors.foreign_page();
    if (method === 'GET' || method === 'HEAD') return;
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase())) {
      throw screenErrors.foreign_page();
    }
  };
}

function hostnameOf(host: string | undefined): string | undefined {
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname: name } = new URL(`http://${host}`);
  return name.replace(/^\[|\]$/g, '').toLowerCase();
}
