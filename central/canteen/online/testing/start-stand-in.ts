import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order } from './stand-in.js';

/** For tests: starts the stand-in of both providers, and gives the configuration of a merchant whom it knows. */
export async function startStandIn(callbackUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), 'porter-pay-'));
  const child = fork(fileURLToPath(new URL('./stand-in.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  child.on('message', (message: { id: number; answer?: unknown; error?: string }) => {
    const ask = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) ask?.resolve(message.answer);
    else ask?.reject(new Error(message.error));
  });
  child.once('exit', () => {
    for (const ask of waiting.values()) ask.reject(new Error('the stand-in ended'));
  });
  const tell = <T>(order: Order): Promise<T> =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve: value => resolve(value as T), reject });
      child.send({ id: count, order });
    });
  const close = async () => {
    const gone = new Promise(resolve => child.once('exit', resolve));
    if (child.exitCode === null && child.kill()) await gone;
    rmSync(folder, { recursive: true, force: true });
  };

  const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const apiV3Key = 'a key of exactly thirty-two char';
  const publicKey = merchant.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const started = await tell<{ url: string; publicKey: string; serial: string }>({
    kind: 'start',
    merchant: { publicKey, apiV3Key },
  });
  const privateKeyFile = file('merchant.pem', merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const platformKeyFile = file('platform.pem', started.publicKey);
  const topUps = {
    callbackUrl,
    wechat: {
      baseUrl: started.url,
      appId: 'wx1',
      merchantId: '1900000001',
      serial: '5157F09EFDC096DE15EBE81A47057A72',
      privateKeyFile,
      apiV3Key,
      platformSerial: started.serial,
      platformKeyFile,
    },
    alipay: {
      gateway: `${started.url}/gateway.do`,
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      privateKeyFile,
      publicKeyFile: platformKeyFile,
    },
  };
  return { url: started.url, topUps, tell, close };
}

export type StandIn = Awaited<ReturnType<typeof startStandIn>>;
