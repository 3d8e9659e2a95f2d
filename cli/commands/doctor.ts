import type { Command } from 'commander';
import { cliErrors } from '../errors.js';

interface DoctorOptions {
  readonly central?: string;
  readonly data: string;
  readonly pack: string;
  readonly cameras?: boolean;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check that this machine can run Porter, and say what is missing')
    .option('--central <url>', 'also ask whether a central service answers there')
    .option('--data <folder>', 'data folder to check', 'data')
    .option('--pack <id>', 'model pack to check', 'porter-512')
    .option('--cameras', 'also look for ONVIF cameras on the network (3 s)')
    .action(async (options: DoctorOptions) => {
      const { checks } = await import('../doctor.js');
      let failures = 0;
      for (const check of checks(options)) {
        const { level, detail } = await check.run();
        if (level === 'failed') failures++;
        console.log(`${level.padEnd(7)} ${check.name}: ${detail}`);
      }
      if (failures > 0) throw cliErrors.doctor_found_problems({ count: failures });
    });
}
