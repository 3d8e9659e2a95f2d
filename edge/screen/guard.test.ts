import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.js';

const guard = createGuard(['gate.campus.example']);
const call = (changes: Partial<Parameters<typeof guard>[0]>) => (): void =>
  guard({ method: 'POST', host: '127.0.0.1:8081', origin: undefined, site: undefined, ...changes });
const refused = expect.objectContaining({ code: 'foreign_page' });

describe('the device’s own page', () => {
  it.each([
    '127.0.0.1:8081',
    '192.168.1.20',
    '[::1]:8081',
    'localhost:8081',
    'gate.campus.example',
    'GATE.campus.example:8081',
    hostname(),
    `${hostname()}.local:8081`,
  ])('may be called %s', host => {
    expect(call({ host })).not.toThrow();
    expect(call({ host, origin: `http://${host}` })).not.toThrow();
  });
});

describe('a page of somebody else', () => {
  it.each([
    'evil.example',
    'evil.example:8081',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    undefined,
  ])('whose name %s was pointed at this device may neither press nor watch', host => {
    expect(call({ host })).toThrow(refused);
    expect(call({ host, method: 'GET' })).toThrow(refused);
  });

  it.each(['http://evil.example', 'http://127.0.0.1:9999', 'https://127.0.0.1', 'null', 'nonsense'])(
    'at %s may not press',
    origin => {
      expect(call({ origin })).toThrow(refused);
    },
  );

  it('may not watch either, as far as the browser says where it is', () => {
    expect(call({ method: 'GET', site: 'cross-site' })).toThrow(refused);
    expect(call({ method: 'GET', site: 'same-origin' })).not.toThrow();
    expect(call({ method: 'GET', site: 'none' })).not.toThrow();
  });
});
