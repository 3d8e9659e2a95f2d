import { defineErrors } from '../../protocol/index.js';

export const authErrors = defineErrors({
  wrong_login: { status: 401, en: 'User name or password is wrong', zh: '用户名或密码错误' },
  too_many_attempts: {
    status: 429,
    en: 'Too many failed log-ins; try again in {minutes} min',
    zh: '登录失败次数过多，请 {minutes} 分钟后再试',
  },
  not_logged_in: { status: 401, en: 'Please log in', zh: '请先登录' },
  forbidden_role: { status: 403, en: 'Your role may not do this', zh: '您的角色无权执行此操作' },
  cross_site_request: {
    status: 403,
    en: 'The request does not come from this console',
    zh: '请求并非来自本控制台',
  },
  username_taken: { status: 409, en: 'The user name {username} is taken', zh: '用户名 {username} 已被占用' },
  password_too_short: {
    status: 400,
    en: 'The password needs at least {length} characters',
    zh: '密码至少需要 {length} 个字符',
  },
});
