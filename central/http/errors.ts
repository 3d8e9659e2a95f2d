import { defineErrors } from '../../protocol/index.js';

export const httpErrors = defineErrors({
  invalid_input: { status: 400, en: '{field}: {problem}', zh: '{field}：{problem}' },
  not_found: { status: 404, en: 'There is nothing at {path}', zh: '{path} 不存在' },
  body_too_large: { status: 413, en: 'The request is too large', zh: '请求内容过大' },
  unsupported_content: { status: 415, en: 'This content type is not accepted', zh: '不支持的内容类型' },
  bad_cursor: { status: 400, en: 'The page cursor cannot be read', zh: '无法识别的分页游标' },
  bad_request: { status: 400, en: 'The request cannot be read', zh: '无法解析请求' },
  too_many_requests: { status: 429, en: 'Too many requests', zh: '请求过于频繁' },
  internal: { status: 500, en: 'Something went wrong here', zh: '服务器内部错误' },
});
