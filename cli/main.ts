#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { PorterError } from '../protocol/index.js';
import { registerCommands } from './commands/index.js';
import { terminalLanguage, version } from './environment.js';

/** Exit codes: 0 done, 1 the command failed with a coded error, 2 it was called wrongly, 70 a defect of ours. */
const exit = { failed: 1, usage: 2, defect: 70 } as const;

const program = new Command('porter')
  .description('Face access and canteen payment for campuses')
  .version(version)
  .showHelpAfterError('(try --help)')
  .showSuggestionAfterError()
  .exitOverride();
registerCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exit.usage;
  if (error instanceof PorterError) {
    console.error(`porter: ${error.code}: ${error.messageIn(terminalLanguage(process.env))}`);
    return exit.failed;
  }
  console.error('porter: this is a defect in Porter; please report it with the lines below');
  console.error(error);
  return exit.defect;
}
