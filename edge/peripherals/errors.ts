import { defineErrors } from '../../protocol/index.js';

export const peripheralErrors = defineErrors({
  port_address_invalid: {
    status: 400,
    en: 'The reader’s address {address} is neither a serial line (/dev/ttyUSB0?baud=9600) nor tcp://host:port',
    zh: '读卡器地址 {address} 无效，应为串口（/dev/ttyUSB0?baud=9600）或 tcp://主机:端口',
  },
});
