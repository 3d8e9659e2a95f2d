import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { onvifStreamUri } from './onvif.js';
import type { OnvifCamera } from './testing/onvif-camera.js';

const script = (name: string): string => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Starts a camera and gives its `host:port`. */
async function startCamera(changes: Partial<OnvifCamera> = {}): Promise<string> {
  const camera: OnvifCamera = { user: 'admin', password: 'pass', profiles: ['main', 'sub'], ...changes };
  const child = spawn(process.execPath, ['--import', 'tsx', script('onvif-camera'), JSON.stringify(camera)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return `127.0.0.1:${port.toString().trim()}`;
}

test('a camera names the stream of its first profile, or of the one that is asked for', async () => {
  const host = await startCamera();
  expect(await onvifStreamUri(`onvif://admin:pass@${host}`)).toBe('rtsp://admin:pass@127.0.0.1:554/main');
  expect(await onvifStreamUri(`onvif://admin:pass@${host}?profile=sub`)).toBe(
    'rtsp://admin:pass@127.0.0.1:554/sub',
  );
  await expect(onvifStreamUri(`onvif://admin:pass@${host}?profile=third`)).rejects.toMatchObject({
    code: 'onvif_failed',
    message: expect.stringContaining('main, sub'),
  });
});

test('names and passwords with letters that mean something in XML and in addresses arrive', async () => {
  const user = 'a<b>&"ö';
  const password = 'p@ss:w/rd?&';
  const host = await startCamera({ user, password });
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const uri = new URL(await onvifStreamUri(`onvif://${credentials}@${host}`));
  expect(decodeURIComponent(uri.username)).toBe(user);
  expect(decodeURIComponent(uri.password)).toBe(password);
  expect(uri.host).toBe('127.0.0.1:554');
});

test.each([
  ['a wrong password', { password: 'other' }, 'camera_unauthorised'],
  ['a wrong user', { user: 'other' }, 'camera_unauthorised'],
  ['a camera without profiles', { profiles: [] }, 'onvif_failed'],
  ['a camera without streams', { behaviour: 'no-streams' }, 'onvif_failed'],
  ['something else that answers', { behaviour: 'page' }, 'onvif_failed'],
] as const)('%s is a coded error that names no password', async (_, changes, code) => {
  const host = await startCamera(changes);
  const failure = await onvifStreamUri(`onvif://admin:pass@${host}`).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code });
  expect(String(failure)).not.toContain('admin');
});

test('a camera that stops in the middle of an answer is given up', async () => {
  const host = await startCamera({ behaviour: 'stops' });
  const uri = onvifStreamUri(`onvif://admin:pass@${host}`, { timeout_ms: 500 });
  await expect(uri).rejects.toMatchObject({ code: 'camera_not_found' });
});

test('a camera that is not there, or says nothing, is not found', async () => {
  const connections: Socket[] = [];
  const silent = createServer(connection => void connections.push(connection));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const uri = onvifStreamUri(`onvif://admin:pass@127.0.0.1:${port}`, { timeout_ms: 300 });
  await expect(uri).rejects.toMatchObject({
    code: 'camera_not_found',
    params: { camera: `onvif://127.0.0.1:${port}` },
  });
  silent.close();
  for (const connection of connections) connection.destroy();
  await once(silent, 'close');
  await expect(onvifStreamUri(`onvif://admin:pass@127.0.0.1:${port}`)).rejects.toMatchObject({
    code: 'camera_not_found',
  });
});

/** A network with nothing but a loopback that multicasts. */
const network = 'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo && exec "$@"';
const hasNetworks =
  spawnSync('unshare', ['--net', 'sh', '-c', network, '--', 'true'], { stdio: 'ignore' }).status === 0;

test.skipIf(!hasNetworks)('cameras are found by asking the network (needs root and unshare)', async () => {
  const camera: OnvifCamera = { user: '', password: '', profiles: [], discoverable: true };
  const both = `"$1" --import tsx "$2" "$4" & camera=$!; "$1" --import tsx "$3"; kill $camera`;
  const child = spawn(
    'unshare',
    [
      ...['--net', 'sh', '-c', network, '--', 'sh', '-c', both, '--'],
      ...[process.execPath, script('onvif-camera'), script('discover'), JSON.stringify(camera)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  running.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const found = [
    {
      xaddr: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/onvif\/device_service$/),
      name: 'Porter Stand-in',
      hardware: 'test',
    },
  ];
  const lines = output.trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ first: found, second: found, again: found });
});
