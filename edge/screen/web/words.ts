import type { AccessReason, DrillEvent, DrillKind } from '../../../protocol/events.js';
import type { ScreenState, TillScreen } from '../../../protocol/screen.js';

export type Language = 'en' | 'zh';
type Till<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;

/** Every text of both screens; a text that one language lacks is a type error. */
export interface Words {
  readonly idle: string;
  readonly looking: string;
  readonly welcome: string;
  readonly refused: string;
  readonly reasons: Readonly<Record<AccessReason, string>>;
  readonly hints: Readonly<Record<NonNullable<ScreenState['hint']>, string>>;
  readonly drill: Readonly<Record<DrillKind, string>>;
  readonly drillOutcomes: Readonly<Record<DrillEvent['outcome'], string>>;
  readonly drillHint: string;
  readonly cameraLost: string;
  readonly cameraStarting: string;
  readonly offline: string;
  readonly unpaired: string;
  readonly deviceLost: string;
  readonly diskFull: string;
  readonly waitingEvents: (count: number) => string;
  readonly demo: string;
  readonly demoAuto: string;
  readonly demoNobody: string;
  readonly language: string;
  readonly amount: string;
  readonly charge: string;
  readonly clear: string;
  readonly cancel: string;
  readonly confirm: string;
  readonly lookAtCamera: string;
  readonly problems: Readonly<Record<NonNullable<Till<'waiting'>['problem']>, string>>;
  readonly confirmPay: (amount: string) => string;
  readonly balanceAfter: (amount: string) => string;
  readonly bySubsidy: (amount: string) => string;
  readonly confirmWithCashier: string;
  readonly paidBefore: (seconds: number) => string;
  readonly paying: string;
  readonly paid: string;
  readonly newBalance: (amount: string) => string;
  readonly paidOffline: string;
  readonly declined: string;
  readonly declineReasons: Readonly<Record<Till<'declined'>['reason'], string>>;
  readonly cancelled: Readonly<Record<Till<'cancelled'>['reason'], string>>;
  readonly typeAmount: string;
  readonly failed: string;
  readonly askDigits: string;
  readonly askPin: string;
  readonly printerLost: string;
  readonly menu: string;
  readonly grams: (name: string) => string;
  readonly addToCart: string;
  readonly takeOut: string;
  readonly noShift: string;
  readonly shiftAndRefunds: string;
  readonly back: string;
  readonly cashier: string;
  readonly openShift: string;
  readonly closeShift: string;
  readonly closeShiftSure: string;
  readonly shiftClosed: string;
  readonly meals: (count: number) => string;
  readonly mealsPaid: string;
  readonly ofThemOffline: string;
  readonly refunds: string;
  readonly takings: string;
  readonly recentMeals: (minutes: number) => string;
  readonly noMeals: string;
  readonly giveBack: string;
  readonly giveBackSure: (amount: string) => string;
  readonly givenBack: string;
}

const en: Words = {
  idle: 'Walk up to the camera',
  looking: 'One moment…',
  welcome: 'Welcome',
  refused: 'No entry',
  reasons: {
    granted: 'Come in',
    'unknown-person': 'Not recognised. Use your card or see the dorm office.',
    unsure: 'Not sure who you are. Use your card, please.',
    'no-permission': 'You have no access to this door.',
    'outside-schedule': 'This door is closed for you at this time.',
    expired: 'Your access has ended. See the dorm office.',
    blocked: 'Your access is blocked. See the dorm office.',
    'not-live': 'Please show your own face, without a screen or a photo.',
    'clock-untrusted': 'The door’s clock is not set. See the dorm office.',
  },
  hints: {
    'come-closer': 'Come closer',
    'step-back': 'Step back a little',
    'look-at-camera': 'Look at the camera',
    'too-dark': 'Too dark here',
    'too-bright': 'Too bright here',
    'hold-still': 'Hold still',
    'uncover-face': 'Please uncover your face',
    'one-at-a-time': 'One at a time',
  },
  drill: {
    live: 'Drill: people',
    print: 'Drill: prints',
    screen: 'Drill: screens',
    mask: 'Drill: masks',
  },
  drillOutcomes: {
    passed: 'taken for alive',
    stopped: 'not taken for alive',
    'no-response': 'gone too soon',
  },
  drillHint: 'The door stays shut. Step up, wait for the answer, step away.',
  cameraLost: 'The camera is not available',
  cameraStarting: 'The camera is starting…',
  offline: 'Offline – works on',
  unpaired: 'Not paired with central',
  deviceLost: 'This page lost its device. Reconnecting…',
  diskFull: 'The device’s disk is full',
  waitingEvents: count => `${count} to send`,
  demo: 'Demo',
  demoAuto: 'By themselves',
  demoNobody: 'Nobody',
  language: '中文',
  amount: 'Amount',
  charge: 'Charge',
  clear: 'Clear',
  cancel: 'Cancel',
  confirm: 'Confirm',
  lookAtCamera: 'Please look at the camera',
  problems: {
    'unknown-person': 'Not recognised. Pay by card, please.',
    unsure: 'Not sure who this is. Pay by card, please.',
    'not-live': 'A photo cannot pay.',
    'no-permission': 'This person cannot pay here.',
    blocked: 'This account is blocked.',
    'several-faces': 'One person in front of the camera, please.',
  },
  confirmPay: amount => `Pay ${amount}`,
  balanceAfter: amount => `${amount} left afterwards`,
  bySubsidy: amount => `${amount} of it from your subsidy`,
  confirmWithCashier: 'Is this right? Then confirm.',
  paidBefore: seconds =>
    `Paid ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} ago already. Charge again?`,
  paying: 'Paying…',
  paid: 'Paid',
  newBalance: amount => `Balance ${amount}`,
  paidOffline: 'Taken offline; the balance follows',
  declined: 'Not paid',
  declineReasons: {
    'insufficient-funds': 'Not enough money in the account.',
    blocked: 'This account is blocked.',
    'no-account': 'This person has no account.',
    'over-limit': 'Over this person’s limit.',
    'offline-limit': 'Over the limit without a network. Pay by card, please.',
    'disk-full': 'The till’s disk is full. Nothing was charged.',
    'clock-untrusted': 'The till’s clock is not set. Nothing was charged.',
  },
  cancelled: {
    cashier: 'Cancelled',
    timeout: 'Cancelled: took too long',
    'walked-away': 'Cancelled: walked away',
  },
  typeAmount: 'Type the amount',
  failed: 'The till did not answer',
  askPin: 'Your PIN',
  askDigits: 'Last 4 characters of the student number',
  printerLost: 'Receipts are not printed',
  menu: 'Menu',
  grams: name => `${name}: grams`,
  addToCart: 'Add',
  takeOut: 'Take out',
  noShift: 'No shift open',
  shiftAndRefunds: 'Shift & refunds',
  back: 'Back to charging',
  cashier: 'Cashier',
  openShift: 'Open shift',
  closeShift: 'Close shift',
  closeShiftSure: 'Close it now?',
  shiftClosed: 'closed',
  meals: count => (count === 1 ? '1 meal' : `${count} meals`),
  mealsPaid: 'Meals paid',
  ofThemOffline: 'of them offline',
  refunds: 'Given back',
  takings: 'Takings',
  recentMeals: minutes => `Meals of the last ${minutes} min`,
  noMeals: 'None.',
  giveBack: 'Give back',
  giveBackSure: amount => `Give ${amount} back?`,
  givenBack: 'given back',
};

const zh: Words = {
  idle: '请走近摄像头',
  looking: '请稍候…',
  welcome: '欢迎',
  refused: '禁止通行',
  reasons: {
    granted: '请进',
    'unknown-person': '未识别，请刷卡或联系宿管。',
    unsure: '无法确认身份，请刷卡。',
    'no-permission': '您没有此门的通行权限。',
    'outside-schedule': '当前时段不可通行。',
    expired: '通行权限已到期，请联系宿管。',
    blocked: '通行权限已停用，请联系宿管。',
    'not-live': '请本人面对摄像头，勿使用照片或屏幕。',
    'clock-untrusted': '设备时钟未校准，请联系宿管。',
  },
  hints: {
    'come-closer': '请靠近一点',
    'step-back': '请后退一点',
    'look-at-camera': '请正视摄像头',
    'too-dark': '光线太暗',
    'too-bright': '光线太亮',
    'hold-still': '请保持不动',
    'uncover-face': '请露出面部（口罩、墨镜、手）',
    'one-at-a-time': '请逐个通过',
  },
  drill: { live: '演练：真人', print: '演练：照片', screen: '演练：屏幕', mask: '演练：面具' },
  drillOutcomes: { passed: '判为真人', stopped: '未判为真人', 'no-response': '离开过早' },
  drillHint: '演练期间不开门。请走近，等待结果，再离开。',
  cameraLost: '摄像头不可用',
  cameraStarting: '摄像头启动中…',
  offline: '离线运行中',
  unpaired: '尚未与中心配对',
  deviceLost: '页面与设备断开，正在重新连接…',
  diskFull: '设备磁盘已满',
  waitingEvents: count => `${count} 条待上传`,
  demo: '演示',
  demoAuto: '自动',
  demoNobody: '无人',
  language: 'English',
  amount: '金额',
  charge: '收款',
  clear: '清除',
  cancel: '取消',
  confirm: '确认',
  lookAtCamera: '请看摄像头',
  problems: {
    'unknown-person': '未识别，请刷卡支付。',
    unsure: '无法确认身份，请刷卡支付。',
    'not-live': '照片不能支付。',
    'no-permission': '该用户不能在此支付。',
    blocked: '账户已停用。',
    'several-faces': '镜头前请只留一人。',
  },
  confirmPay: amount => `支付 ${amount}`,
  balanceAfter: amount => `支付后余额 ${amount}`,
  bySubsidy: amount => `其中补贴支付 ${amount}`,
  confirmWithCashier: '请核对后确认',
  paidBefore: seconds =>
    `${seconds < 90 ? `${seconds} 秒` : `${Math.round(seconds / 60)} 分钟`}前已支付过，再次收款？`,
  paying: '正在支付…',
  paid: '支付成功',
  newBalance: amount => `余额 ${amount}`,
  paidOffline: '离线收款，余额稍后更新',
  declined: '未支付',
  declineReasons: {
    'insufficient-funds': '余额不足。',
    blocked: '账户已停用。',
    'no-account': '该用户没有账户。',
    'over-limit': '超过个人限额。',
    'offline-limit': '超过离线限额，请刷卡支付。',
    'disk-full': '收银台磁盘已满，未扣款。',
    'clock-untrusted': '收银台时钟未校准，未扣款。',
  },
  cancelled: { cashier: '已取消', timeout: '超时已取消', 'walked-away': '顾客离开，已取消' },
  typeAmount: '请输入金额',
  failed: '收银台无响应',
  askPin: '支付密码',
  askDigits: '请输入学号后 4 位',
  printerLost: '小票打印机无法使用',
  menu: '菜单',
  grams: name => `${name}：克数`,
  addToCart: '加入',
  takeOut: '取出',
  noShift: '未开班',
  shiftAndRefunds: '班次与退款',
  back: '返回收款',
  cashier: '收银员',
  openShift: '开班',
  closeShift: '结班',
  closeShiftSure: '确认结班？',
  shiftClosed: '已结班',
  meals: count => `${count} 笔`,
  mealsPaid: '已收餐费',
  ofThemOffline: '其中离线',
  refunds: '已退款',
  takings: '实收',
  recentMeals: minutes => `最近 ${minutes} 分钟的订单`,
  noMeals: '暂无。',
  giveBack: '退款',
  giveBackSure: amount => `确认退 ${amount}？`,
  givenBack: '已退款',
};

export const words: Readonly<Record<Language, Words>> = { en, zh };

/** `?lang=` first, then what was chosen before, then the browser. */
export function firstLanguage(search: string, stored: string | null, browser: string): Language {
  const asked = new URLSearchParams(search).get('lang') ?? stored;
  if (asked === 'en' || asked === 'zh') return asked;
  return browser.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
