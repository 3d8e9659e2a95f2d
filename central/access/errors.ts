import { defineErrors } from '../../protocol/index.js';

export const accessErrors = defineErrors({
  access_point_not_found: { status: 404, en: 'There is no such access point', zh: '通道不存在' },
  access_point_name_taken: {
    status: 409,
    en: 'There is an access point named {name}',
    zh: '通道名称 {name} 已存在',
  },
  access_rule_not_found: { status: 404, en: 'There is no such access rule', zh: '通行规则不存在' },
  window_reversed: {
    status: 400,
    en: 'A time window must end after it begins',
    zh: '时间段的结束必须晚于开始',
  },
  validity_reversed: {
    status: 400,
    en: 'The rule must end after it begins',
    zh: '规则的失效时间必须晚于生效时间',
  },
});
