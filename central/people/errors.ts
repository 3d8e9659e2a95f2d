import { defineErrors } from '../../protocol/index.js';

export const peopleErrors = defineErrors({
  person_not_found: { status: 404, en: 'There is no such person', zh: '人员不存在' },
  student_number_taken: {
    status: 409,
    en: 'The student number {studentNumber} is taken',
    zh: '学号 {studentNumber} 已存在',
  },
  template_not_found: { status: 404, en: 'There is no such template', zh: '人脸模板不存在' },
  pin_too_simple: {
    status: 400,
    en: 'A PIN has {length} digits, not all the same and not in a row',
    zh: '支付密码为 {length} 位数字，不能全部相同或连续',
  },
});
