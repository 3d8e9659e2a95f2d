import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEdgeConfig } from './config.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const path = join(folder, 'edge.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const refusal = (sources: Parameters<typeof loadEdgeConfig>[0]) => {
  try {
    loadEdgeConfig(sources);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the configuration', () => {
  it('has a default for everything, and serves its screen to this machine alone', () => {
    expect(loadEdgeConfig({})).toEqual({
      dataDirectory: 'data/edge',
      camera: '/dev/video0',
      pack: 'porter-512',
      relay: { driver: 'simulated', pin: 17, base: 0, activeLow: false },
      screen: { host: '127.0.0.1', port: 8081, names: [] },
      liveness: {
        door: { required: true, threshold: 0.4, cues: 'count', observe_ms: 0 },
        payment: { required: true, threshold: 0.5, cues: 'count', observe_ms: 800 },
      },
      till: { requireShift: false, refundWindow_min: 10, printerColumns: 32 },
      logLevel: 'info',
    });
  });

  it('comes from the file, over it the environment, over that the command line, field by field', () => {
    const config = loadEdgeConfig({
      file: fileOf({ camera: 'from file', screen: { host: '0.0.0.0', port: 1 }, relay: { pin: 4 } }),
      environment: { PORTER_EDGE_SCREEN_PORT: '2', PORTER_EDGE_RELAY_BASE: '512' },
      overrides: { screen: { port: 3 } },
    });
    expect(config).toMatchObject({
      camera: 'from file',
      screen: { host: '0.0.0.0', port: 3 },
      relay: { pin: 4, base: 512 },
    });
  });

  it('takes every field from the environment, as its type', () => {
    const config = loadEdgeConfig({
      environment: {
        PORTER_EDGE_CENTRAL_URL: 'https://central.example',
        PORTER_EDGE_PAIRING_CODE: 'ABCD-2345',
        PORTER_EDGE_RELAY_DRIVER: 'onoff',
        PORTER_EDGE_RELAY_ACTIVE_LOW: 'true',
        PORTER_EDGE_SCREEN_NAMES: 'gate.example, north3',
        PORTER_EDGE_LIVENESS_DOOR_THRESHOLD: '0.55',
        PORTER_EDGE_LIVENESS_PAYMENT_REQUIRED: 'false',
        PORTER_EDGE_CAMERA: '',
      },
    });
    expect(config).toMatchObject({
      centralUrl: 'https://central.example',
      pairingCode: 'ABCD-2345',
      camera: '/dev/video0',
      relay: { driver: 'onoff', activeLow: true },
      screen: { names: ['gate.example', 'north3'] },
      liveness: { door: { required: true, threshold: 0.55 }, payment: { required: false } },
    });
  });

  it.each([
    [{ overrides: { screen: { port: Number.NaN } } }, 'screen.port', 'must be integer'],
    [{ overrides: { screen: { port: 12.7 } } }, 'screen.port', 'must be integer'],
    [{ overrides: { screen: { prot: 1 } } }, 'screen.prot', 'no such field'],
    [{ overrides: { nonsense: true } }, 'nonsense', 'no such field'],
    [{ overrides: { camera: 5 } }, 'camera', 'must be string'],
    [{ overrides: { centralUrl: 'ftp://x' } }, 'centralUrl', 'must match pattern "^https?://"'],
    [{ overrides: { liveness: { door: { threshold: 2 } } } }, 'liveness.door.threshold', 'must be <= 1'],
    [{ environment: { PORTER_EDGE_SCREEN_PORT: '90x' } }, 'screen.port', 'must be integer'],
    [
      { environment: { PORTER_EDGE_RELAY_DRIVER: 'magic' } },
      'relay.driver',
      'must be one of simulated, onoff',
    ],
    [{ environment: { PORTER_EDGE_RELAY_ACTIVE_LOW: 'maybe' } }, 'relay.activeLow', 'must be boolean'],
    [
      { environment: { PORTER_EDGE_LOG_LEVEL: 'loud' } },
      'logLevel',
      'must be one of debug, info, warn, error',
    ],
  ])('that is wrong names the field: %j', (sources, field, problem) => {
    expect(refusal(sources)).toMatchObject({ code: 'config_invalid', params: { field, problem } });
  });

  it.each(['{', '[]', '"text"'])(
    'in a file that holds %s is unreadable, by code and with its path',
    content => {
      const file = fileOf(content);
      expect(refusal({ file })).toMatchObject({ code: 'config_unreadable', params: { file } });
    },
  );

  it('in a file that is not there is unreadable', () => {
    expect(refusal({ file: '/nowhere/edge.json' })).toMatchObject({ code: 'config_unreadable' });
  });
});
