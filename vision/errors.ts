import { defineErrors } from '../protocol/errors.js';

export const visionErrors = defineErrors({
  empty_image: {
    status: 422,
    en: 'The picture is empty (0 bytes).',
    zh: '图片为空（0 字节）。',
  },
  unreadable_image: {
    status: 422,
    en: 'The picture cannot be read: {problem}.',
    zh: '无法读取图片：{problem}。',
  },
  image_too_large: {
    status: 413,
    en: 'The picture is too large: {found}, at most {limit}.',
    zh: '图片过大：{found}，上限为 {limit}。',
  },
  vision_busy: {
    status: 503,
    en: 'Too many pictures are waiting to be analysed ({waiting}); try again shortly.',
    zh: '等待分析的图片过多（{waiting}），请稍后再试。',
  },
  vision_worker_lost: {
    status: 503,
    en: 'The recognition worker stopped while it analysed this picture; it has been replaced, try again.',
    zh: '识别进程在分析此图片时中断，已重新启动，请重试。',
  },
  vision_closed: {
    status: 503,
    en: 'Recognition has been shut down.',
    zh: '识别服务已关闭。',
  },
});
