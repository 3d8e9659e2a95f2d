import { resolve } from 'node:path';
import type { Command } from 'commander';
import { cliErrors } from '../errors.js';
import { serveUntilStopped } from '../process.js';

interface EdgeOptions {
  readonly config?: string;
  readonly central?: string;
  readonly pair?: string;
  readonly camera?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
  readonly startOver?: boolean;
}

export function registerEdge(program: Command): void {
  program
    .command('edge')
    .description('run a gate or a till; which of the two is decided by the device it is paired as')
    .option('--config <file>', 'JSON configuration file')
    .option('--central <url>', 'address of the central service')
    .option('--pair <code>', 'one-time pairing code from the console (first start only)')
    .option(
      '--camera <source>',
      'demo, /dev/video0, rtsp://…, http://…, onvif://user:password@host, a folder or a video file',
    )
    .option('--data <folder>', 'where gallery, outbox and keys are kept')
    .option('--host <address>', "address of the device's own screen")
    .option('--port <number>', "port of the device's own screen")
    .option('--start-over', 'keep a damaged store beside and begin a new one; needs --pair with a new code')
    .addHelpText('after', '\nEvery field can also come from the environment as PORTER_EDGE_<FIELD>.')
    .action(async (options: EdgeOptions) => {
      const { loadEdgeConfig, startEdge, startOver } = await import('../../edge/index.js');
      const screen = {
        ...(options.host ? { host: options.host } : {}),
        ...(options.port ? { port: Number(options.port) } : {}),
      };
      const config = loadEdgeConfig({
        ...(options.config ? { file: options.config } : {}),
        environment: process.env,
        overrides: {
          ...(options.central ? { centralUrl: options.central } : {}),
          ...(options.pair ? { pairingCode: options.pair } : {}),
          ...(options.camera ? { camera: options.camera } : {}),
          ...(options.data ? { dataDirectory: options.data } : {}),
          ...(Object.keys(screen).length > 0 ? { screen } : {}),
        },
      });
      if (options.startOver) {
        if (!options.pair) throw cliErrors.start_over_needs_pairing();
        const aside = startOver({ folder: resolve(config.dataDirectory), now_ms: Date.now() });
        console.log(`the old store is kept as ${aside}`);
      }
      const server = await startEdge(config);
      console.log(`edge: ${server.address}`);
      await serveUntilStopped(server);
    });
}
