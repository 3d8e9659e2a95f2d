import { defineErrors } from '../protocol/index.js';

export const evalErrors = defineErrors({
  dataset_unreadable: {
    status: 400,
    en: 'Cannot read {folder}: {problem}',
    zh: '无法读取 {folder}：{problem}',
  },
  dataset_empty: {
    status: 400,
    en: 'No pictures in {folder}; expected {folder}/<person>/<image>',
    zh: '{folder} 中没有图片；应为 {folder}/<人员>/<图片>',
  },
  pairs_malformed: { status: 400, en: '{path}, row {line}: not a pair', zh: '{path} 第 {line} 行格式不正确' },
  option_out_of_range: {
    status: 400,
    en: '{option} must be between {least} and {most}',
    zh: '{option} 必须在 {least} 与 {most} 之间',
  },
});
