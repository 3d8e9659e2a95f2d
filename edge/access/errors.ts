import { defineErrors } from '../../protocol/index.js';

export const doorErrors = defineErrors({
  gpio_unavailable: {
    status: 503,
    en: 'GPIO line {pin} cannot be used: {problem}',
    zh: '无法使用 GPIO {pin}：{problem}',
  },
  relay_failed: {
    status: 503,
    en: 'The door relay does not obey: {problem}',
    zh: '门锁继电器无响应：{problem}',
  },
});
