import type { Command } from 'commander';

interface DemoCommandOptions {
  readonly camera?: string;
  readonly data: string;
  readonly fresh?: boolean;
  readonly port: string;
  readonly gatePort: string;
  readonly tillPort: string;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('run a whole demo campus on this machine: central, a dorm gate and a canteen till')
    .option(
      '--camera <source>',
      'use a real camera at the gate and the till: /dev/video0, rtsp://…, onvif://… (default: rendered people walk up)',
    )
    .option('--data <folder>', 'where the demo keeps its databases, keys and logs', 'data/demo')
    .option('--fresh', 'forget the demo data of earlier runs first')
    .option('--port <number>', 'port of the staff console', '8080')
    .option('--gate-port <number>', "port of the gate's screen", '8081')
    .option('--till-port <number>', "port of the till's screen", '8082')
    .action(async (options: DemoCommandOptions) => {
      const { runDemo } = await import('../demo/run.js');
      await runDemo({
        ...(options.camera ? { camera: options.camera } : {}),
        dataDirectory: options.data,
        fresh: options.fresh ?? false,
        ports: {
          central: Number(options.port),
          gate: Number(options.gatePort),
          till: Number(options.tillPort),
        },
      });
    });
}
