import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createOnoffRelay } from './relay.js';

/** A sysfs tree of its own: a tmpfs over /sys/class in a mount namespace. Only root may make one. */
const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/sys/class']).status === 0;

const onFakeSysfs = `set -e
mount -t tmpfs none /sys/class
mkdir /sys/class/gpio
cd /sys/class/gpio
: >export
: >unexport
for pin in 17 529; do
  mkdir gpio$pin
  for file in direction edge active_low value; do printf 0 >gpio$pin/$file; done
done
cd "$OLDPWD"
exec "$@"`;

const relayModule = fileURLToPath(new URL('./relay.ts', import.meta.url));

/** Runs a script against the fake tree; it prints JSON. `read(pin, file)` and `createOnoffRelay` are at hand. */
function runOnFakeSysfs(script: string): unknown {
  const program = `
    import { readFileSync } from 'node:fs';
    import { createOnoffRelay, guardRelay } from ${JSON.stringify(relayModule)};
    const read = (pin, file) => readFileSync('/sys/class/gpio/gpio' + pin + '/' + file, 'utf8');
    ${script}`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  const output = execFileSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'bash', '-c', onFakeSysfs, '--', ...node],
    { encoding: 'utf8', timeout: 30_000 },
  );
  return JSON.parse(output);
}

describe.skipIf(!canMount)('a relay on real onoff over a fake sysfs (needs root)', () => {
  it('claims its line with the relay off, switches it, and gives the line back switched off', () => {
    const result = runOnFakeSysfs(`
      const relay = await createOnoffRelay({ pin: 17, base: 0, activeLow: false });
      const seen = [read(17, 'direction'), read(17, 'value')];
      await relay.set(true);
      seen.push(read(17, 'value'));
      await relay.set(false);
      seen.push(read(17, 'value'));
      await relay.set(true);
      await relay.close();
      seen.push(read(17, 'value'), readFileSync('/sys/class/gpio/unexport', 'utf8'));
      console.log(JSON.stringify([relay.description, ...seen]));`);
    expect(result).toEqual(['GPIO 17', 'low', '0', '1', '0', '0', '17']);
  });

  it('for a board that switches on at low level is claimed high, and inverted by the kernel', () => {
    const result = runOnFakeSysfs(`
      const relay = await createOnoffRelay({ pin: 17, base: 0, activeLow: true });
      const seen = [read(17, 'direction'), read(17, 'active_low'), read(17, 'value')];
      await relay.set(true);
      console.log(JSON.stringify([...seen, read(17, 'value')]));
      process.exit(0);`);
    expect(result).toEqual(['high', '1', '0', '1']);
  });

  it('adds the base that newer kernels count from', () => {
    const result = runOnFakeSysfs(`
      const relay = await createOnoffRelay({ pin: 17, base: 512, activeLow: false });
      await relay.set(true);
      console.log(JSON.stringify([read(529, 'value'), read(17, 'value')]));
      process.exit(0);`);
    expect(result).toEqual(['1', '0']);
  });

  it('is off after a crash in the middle of a pulse', () => {
    const result = runOnFakeSysfs(`
      import { spawnSync } from 'node:child_process';
      if (process.env.CRASH) {
        const relay = await createOnoffRelay({ pin: 17, base: 0, activeLow: false });
        guardRelay(relay, process);
        await relay.set(true);
        console.log('on: ' + read(17, 'value'));
        setImmediate(() => { throw new Error('crash'); });
        await new Promise(resolve => setTimeout(resolve, 10_000));
      } else {
        const env = { ...process.env, CRASH: '1' };
        const child = spawnSync(process.execPath, process.execArgv, { env, encoding: 'utf8' });
        console.log(JSON.stringify([child.stdout, child.status, read(17, 'value')]));
      }`);
    expect(result).toEqual(['on: 1\n', 1, '0']);
  });

  it('without a line of that number is a coded error', () => {
    const result = runOnFakeSysfs(`
      const relay = createOnoffRelay({ pin: 4, base: 0, activeLow: false });
      relay.catch(error => console.log(JSON.stringify([error.code, error.params.pin])));`);
    expect(result).toEqual(['gpio_unavailable', 4]);
  });
});

it('a machine without GPIO says so by code', async () => {
  const { existsSync } = await import('node:fs');
  if (existsSync('/sys/class/gpio/export')) return;
  await expect(createOnoffRelay({ pin: 17, base: 0, activeLow: false })).rejects.toMatchObject({
    code: 'gpio_unavailable',
  });
});
