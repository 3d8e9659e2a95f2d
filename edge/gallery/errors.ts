import { defineErrors } from '../../protocol/index.js';

export const galleryErrors = defineErrors({
  dimension_unusable: {
    status: 500,
    en: 'Templates of {dimension} numbers cannot be searched; 1 to {most} can',
    zh: '无法检索 {dimension} 维的模板，可用范围为 1 至 {most}',
  },
  probe_unusable: {
    status: 500,
    en: 'The embedding is not {dimension} finite numbers',
    zh: '特征向量不是 {dimension} 个有限数值',
  },
});
