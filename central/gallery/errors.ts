import { defineErrors } from '../../protocol/index.js';

export const galleryErrors = defineErrors({
  wrong_template_key: {
    status: 500,
    en: 'The key is not the one that the stored templates were sealed with',
    zh: '密钥与已存模板加密时所用的密钥不一致',
  },
});
