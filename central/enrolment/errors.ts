import { defineErrors } from '../../protocol/index.js';

export const enrolmentErrors = defineErrors({
  no_consent: {
    status: 409,
    en: 'There is no consent for doors or payment; record it first',
    zh: '尚无门禁或支付用途的同意，请先登记同意',
  },
  photo_missing: { status: 400, en: 'Send the photo in the field "photo"', zh: '请在 photo 字段中上传照片' },
  no_face: { status: 422, en: 'There is no face in the photo', zh: '照片中没有人脸' },
  several_faces: {
    status: 422,
    en: 'There are {count} faces in the photo; it must show one person alone',
    zh: '照片中有 {count} 张人脸，只能有一人',
  },
  poor_quality: {
    status: 422,
    en: 'The photo is not good enough: {reasons}',
    zh: '照片质量不合格：{reasons}',
  },
  duplicate_face: {
    status: 409,
    en: 'This face is already enrolled as {displayName} ({studentNumber})',
    zh: '该人脸已登记为 {displayName}（{studentNumber}）',
  },
  duplicate_override_forbidden: {
    status: 403,
    en: 'Only an administrator may enrol a face that looks like another person',
    zh: '只有管理员可以登记与他人相似的人脸',
  },
  too_many_templates: {
    status: 409,
    en: 'A person has at most {limit} photos; remove one first',
    zh: '每人最多 {limit} 张照片，请先删除一张',
  },
  pack_current: {
    status: 409,
    en: 'People are enrolled with {packId}; its templates stay',
    zh: '当前使用模型包 {packId} 登记，其模板须保留',
  },
  pack_in_use: {
    status: 409,
    en: '{devices} devices still recognise with {packId}',
    zh: '仍有 {devices} 台设备使用模型包 {packId}',
  },
  pack_unknown: { status: 404, en: 'No template of pack {packId}', zh: '没有模型包 {packId} 的模板' },
});
