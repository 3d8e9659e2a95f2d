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
  too_few_impostors: {
    status: 400,
    en: 'A calibration needs {least} comparisons of different people, these photos give {found}',
    zh: '校准需要 {least} 次不同人员之间的比对，这些照片只有 {found} 次',
  },
  manifest_unreadable: {
    status: 400,
    en: '{path} is no manifest of a model pack: {problem}',
    zh: '{path} 不是模型包清单：{problem}',
  },
  option_out_of_range: {
    status: 400,
    en: '{option} must be between {least} and {most}',
    zh: '{option} 必须在 {least} 与 {most} 之间',
  },
});
