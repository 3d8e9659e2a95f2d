import { describe } from 'vitest';
import { postgresUrl, type TestDialect } from './database.js';

/** Runs a suite on SQLite, and on PostgreSQL where PORTER_TEST_POSTGRES names one. */
export function onEachDatabase(suite: (dialect: TestDialect) => void): void {
  describe('on SQLite', () => suite('sqlite'));
  describe.skipIf(!postgresUrl)('on PostgreSQL (PORTER_TEST_POSTGRES)', () => suite('postgres'));
}
