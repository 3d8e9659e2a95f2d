import { defineErrors } from '../protocol/index.js';

export const centralErrors = defineErrors({
  config_invalid: {
    status: 500,
    en: 'Configuration field {field}: {problem}',
    zh: '配置项 {field}：{problem}',
  },
  listen_failed: {
    status: 500,
    en: 'Cannot listen on {host}:{port}: {problem}',
    zh: '无法监听 {host}:{port}：{problem}',
  },
});
