import type { AuthoriseResponse, TillSettings } from '../../protocol/index.js';
import type { Clock, Log, Sync } from '../contracts.js';
import type { Diner, Order } from './till-types.js';

export interface AuthorisingNeeds {
  readonly sync: Pick<Sync, 'authorise'>;
  readonly settings: () => TillSettings | undefined;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}

/** Central has so long to answer before the till decides by itself. */
const authorise_timeout_ms = 1_000;
const authoriseGrace_ms = 500;

/** Asks central to hold an order's amount. `undefined`: it said nothing in time. Never rejects. */
export const createAuthorising =
  ({ sync, settings, clock, log }: AuthorisingNeeds) =>
  async (order: Order, diner: Diner): Promise<AuthoriseResponse | undefined> => {
    const rules = settings();
    if (!rules) return undefined;
    const { orderId, amount_minor } = order;
    const { personId, credential, codeId } = diner;
    const { till, currency } = rules;
    const late = new AbortController();
    try {
      return await Promise.race([
        sync.authorise(
          {
            ...{ orderId, tillId: till.id, personId, amount_minor, currency },
            ...(credential !== 'face' && { credential }),
            ...(codeId !== undefined && { codeId }),
          },
          authorise_timeout_ms,
        ),
        clock.sleep(authorise_timeout_ms + authoriseGrace_ms, late.signal).then(() => undefined),
      ]);
    } catch (error) {
      log.warn({ error: String(error), orderId }, 'central refuses to look at the order');
      // A refusal is an answer: serving offline is for silence.
      return { kind: 'declined', orderId, reason: 'no-account' };
    } finally {
      late.abort();
    }
  };
