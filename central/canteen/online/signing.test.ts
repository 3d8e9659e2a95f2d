import { expect, test } from 'vitest';
import { signedText, textOf } from './alipay.js';
import { orderIdOf, tradeNumberOf } from './provider.js';
import { chinaTime, fromChinaTime } from './send.js';

test('what Alipay signs is sorted by name, without being encoded', () => {
  expect(signedText({ b: '2 &', a: '中', app_id: '7' })).toBe('a=中&app_id=7&b=2 &');
});

test('the exact text of an answer’s content is cut out, whatever it holds', () => {
  const content = '{"code":"10000","a":"}\\"{","b":{"x_response":{}}}';
  expect(textOf(`{"x_response":${content},"sign":"abc"}`, 'x_response')).toBe(content);
  expect(textOf(`{"sign":"x_response", "x_response" : ${content}}`, 'x_response')).toBe(content);
  expect(textOf(`{"other":{"x_response":{}}}`, 'x_response')).toBeUndefined();
});

test('an order and its number at a provider are one to one', () => {
  const id = '019337a2-0c54-7abc-8def-0123456789ab';
  expect(orderIdOf(tradeNumberOf(id))).toBe(id);
  for (const number of ['', 'abc', id, `${tradeNumberOf(id)}0`, 7]) expect(orderIdOf(number)).toBeUndefined();
});

test('times are those of China’s wall, both ways', () => {
  const at = new Date('2026-08-31T16:30:00.000Z');
  expect(chinaTime(at)).toBe('2026-09-01 00:30:00');
  expect(fromChinaTime('2026-09-01 00:30:00')).toEqual(at);
  expect(fromChinaTime('yesterday')).toBeUndefined();
});
