import type { Command } from 'commander';
import { cliErrors } from '../errors.js';

interface VerifyOptions {
  readonly data: string;
  readonly database?: string;
  readonly head?: string;
}

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('recompute what must hold, and name the first thing that does not')
    .command('ledger')
    .description('the chain over the transfers, every balance, every sum of holds')
    .option('--data <folder>', "central's data folder", 'data/central')
    .option('--database <url>', 'postgres://… instead of the SQLite file in the data folder')
    .option('--head <hash>', 'a head that was printed earlier: it must still be in the chain')
    .action(async (options: VerifyOptions) => {
      const { databaseFileOf, loadCentralConfig, openDatabase, verifyLedger } = await import(
        '../../central/index.js'
      );
      const file = databaseFileOf(loadCentralConfig({ overrides: { dataDirectory: options.data } }));
      const db = openDatabase(options.database ? { url: options.database } : { file });
      try {
        const { transfers, sealed, wallets, head, problem } = await verifyLedger(
          db,
          options.head === undefined ? {} : { earlierHead: options.head.toLowerCase() },
        );
        if (problem) throw cliErrors.ledger_does_not_hold({ problem });
        const waiting = transfers - sealed;
        console.log(`the ledger holds: ${transfers} transfers, ${wallets} wallets, ${sealed} in the chain`);
        console.log(`head ${head}`);
        if (waiting > 0)
          console.log(`${waiting} transfers are not in the chain yet; central adds them every two seconds`);
      } finally {
        await db.destroy();
      }
    });
}
