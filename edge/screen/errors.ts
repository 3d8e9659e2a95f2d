import { defineErrors } from '../../protocol/index.js';

export const screenErrors = defineErrors({
  invalid_input: { status: 400, en: 'The request is not understood: {problem}', zh: '请求无效：{problem}' },
  foreign_page: { status: 403, en: 'Only the device’s own page may do this', zh: '仅限本设备页面操作' },
  not_a_demo: { status: 404, en: 'This device has a real camera', zh: '本设备使用真实摄像头' },
  not_found: { status: 404, en: 'There is nothing at this address', zh: '此地址没有内容' },
  too_many_viewers: { status: 503, en: 'Too many pages are open on this device', zh: '打开的页面过多' },
  screen_defect: { status: 500, en: 'The device made a mistake: {problem}', zh: '设备内部错误：{problem}' },
});
