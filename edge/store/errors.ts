import { defineErrors } from '../../protocol/index.js';

export const storeErrors = defineErrors({
  disk_full: {
    status: 507,
    en: 'The disk is full or cannot be written; nothing was changed',
    zh: '磁盘已满或无法写入，未做任何更改',
  },
  store_corrupt: {
    status: 500,
    en: 'The file {path} is damaged ({problem}). It may hold unsent events. Start once with --start-over and a new pairing code: the file is kept beside, and the gallery is fetched anew',
    zh: '文件 {path} 已损坏（{problem}）。其中可能有未发送的记录。请使用 --start-over 和新的配对码启动一次：该文件会保留在旁边，人脸库会重新下载',
  },
  store_newer: {
    status: 500,
    en: 'The file {path} was written by a newer Porter (format {found}, this one knows {known})',
    zh: '文件 {path} 由更新版本写入（格式 {found}，当前支持 {known}）',
  },
  gallery_rollback: {
    status: 409,
    en: 'Central offers revision {offered}, this device has {held} already',
    zh: '中心服务给出的版本 {offered} 早于本机已有的 {held}',
  },
  page_inconsistent: {
    status: 502,
    en: 'Central’s page at revision {revision} contradicts itself: {problem}',
    zh: '中心服务在版本 {revision} 给出的数据自相矛盾：{problem}',
  },
  digest_mismatch: {
    status: 409,
    en: 'The gallery differs from central’s at revision {revision}; it is fetched anew',
    zh: '人脸库与中心服务在版本 {revision} 不一致，将重新下载',
  },
  order_unknown: { status: 404, en: 'No order {orderId}', zh: '没有订单 {orderId}' },
  order_not_confirmable: {
    status: 409,
    en: 'Order {orderId} is {state} and cannot be confirmed',
    zh: '订单 {orderId} 状态为 {state}，无法确认',
  },
  shift_open: {
    status: 409,
    en: 'The shift of {cashier} is still open',
    zh: '{cashier} 的班次尚未结束',
  },
  no_shift: { status: 409, en: 'No shift is open', zh: '当前没有开启的班次' },
  meal_unknown: { status: 404, en: 'No meal {orderId} was served here', zh: '本机没有订单 {orderId}' },
  already_refunded: { status: 409, en: 'This meal has been given back', zh: '该餐已退款' },
});
