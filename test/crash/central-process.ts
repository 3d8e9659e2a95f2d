/**
 * Central as a process of its own: the real application on a real database file. Its parent tells it at which statement, or at which
 * side of which commit, it is to end.
 *
 *   central-process.ts <database file> <port>
 */
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { buildCentral } from '../../central/app.js';
import { createCanteen } from '../../central/canteen/index.js';
import { type CentralConfig, loadCentralConfig } from '../../central/config.js';
import { createFakeVision, fakePackId } from '../../central/testing.js';
import { generateDeviceKey } from '../../protocol/index.js';
import { templateKey } from '../simulation/central.js';
import { createFailpoint } from './failpoint.js';

const [file = '', port = '0'] = process.argv.slice(2);
const failpoint = createFailpoint();
process.on('message', message => {
  const { name, nth } = message as { name: string; nth: number };
  failpoint.arm(name, nth);
});
const raw = new Database(file);
raw.pragma('journal_mode = WAL');
raw.pragma('synchronous = FULL');
raw.pragma('foreign_keys = ON');

function prepare(sql: string) {
  const statement = raw.prepare(sql);
  const passing =
    <T>(work: (parameters: unknown[]) => T) =>
    (parameters: unknown[]): T => {
      failpoint('statement');
      if (sql === 'commit') failpoint('commit');
      const result = work(parameters);
      if (sql === 'commit') failpoint('committed');
      return result;
    };
  return {
    reader: statement.reader,
    all: passing(parameters => statement.all(parameters)),
    run: passing(parameters => statement.run(parameters)),
  };
}

const payment = { offline: { perPersonDayLimit_minor: 1_000_000 }, perDayLimit_minor: 1_000_000 };
const app = await buildCentral({
  config: loadCentralConfig({
    overrides: { packId: fakePackId, payment: payment as CentralConfig['payment'] },
  }),
  db: new Kysely({
    dialect: new SqliteDialect({ database: { prepare, close: () => {} } as never }),
  }),
  ...{ vision: createFakeVision(), templateKey, createLedger: createCanteen },
  centralPublicKey: generateDeviceKey().publicKeyBase64,
  consoleDirectory: '/nonexistent',
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.send?.({ port: (app.server.address() as { port: number }).port });
