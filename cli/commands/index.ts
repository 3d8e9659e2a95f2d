import type { Command } from 'commander';
import { registerCentral } from './central.js';
import { registerDemo } from './demo.js';
import { registerDoctor } from './doctor.js';
import { registerEdge } from './edge.js';
import { registerEnrol } from './enrol.js';
import { registerEval } from './eval.js';
import { registerIdentify } from './identify.js';
import { registerVerify } from './verify.js';

/** Each command imports what it runs only when it is called, so that `porter --help` is quick. */
export function registerCommands(program: Command): void {
  for (const register of [
    registerDemo,
    registerCentral,
    registerEdge,
    registerEnrol,
    registerIdentify,
    registerEval,
    registerVerify,
    registerDoctor,
  ]) {
    register(program);
  }
}
