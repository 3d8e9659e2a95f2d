import { defineErrors } from '../../protocol/index.js';

export const printerErrors = defineErrors({
  printer_unreachable: {
    status: 503,
    en: 'The printer {printer} does not print: {problem}',
    zh: '打印机 {printer} 无法打印：{problem}',
  },
  printer_address_invalid: {
    status: 400,
    en: '{address} is no address of a printer; write host or host:port',
    zh: '{address} 不是打印机地址，请填写主机或主机:端口',
  },
});
