import type { Command } from 'commander';
import { serveUntilStopped } from '../process.js';

interface EdgeOptions {
  readonly config?: string;
  readonly central?: string;
  readonly pair?: string;
  readonly camera?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
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
    .addHelpText('after', '\nEvery field can also come from the environment as PORTER_EDGE_<FIELD>.')
    .action(async (options: EdgeOptions) => {
      const { loadEdgeConfig, startEdge } = await import('../../edge/index.js');
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
      const server = await startEdge(config);
      console.log(`edge: ${server.address}`);
      await serveUntilStopped(server);
    });
}
