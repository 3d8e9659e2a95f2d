import type { Command } from 'commander';
import { serveUntilStopped } from '../process.js';

interface CentralOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly database?: string;
}

export function registerCentral(program: Command): void {
  program
    .command('central')
    .description('run the central service: people, consent, enrolment, rules, entries, ledger, console')
    .option('--config <file>', 'JSON configuration file')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on')
    .option('--data <folder>', 'where the database and the keys are kept')
    .option('--database <url>', 'postgres://… instead of SQLite in the data folder')
    .addHelpText('after', '\nEvery field can also come from the environment as PORTER_CENTRAL_<FIELD>.')
    .action(async (options: CentralOptions) => {
      const { loadCentralConfig, startCentral } = await import('../../central/index.js');
      const config = loadCentralConfig({
        ...(options.config ? { file: options.config } : {}),
        environment: process.env,
        overrides: {
          ...(options.host ? { host: options.host } : {}),
          ...(options.port ? { port: Number(options.port) } : {}),
          ...(options.data ? { dataDirectory: options.data } : {}),
          ...(options.database ? { database: options.database } : {}),
        },
      });
      const server = await startCentral(config);
      console.log(`central: ${server.address}`);
      await serveUntilStopped(server);
    });
}
