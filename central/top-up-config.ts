import { Type } from 'typebox';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1, maxLength: 500 });
const Limit_minor = (fallback: number) =>
  Type.Integer({ minimum: 1, maximum: 100_000_000, default: fallback });

const Wechat = Type.Object(
  {
    baseUrl: Type.String({ pattern: '^https?://', default: 'https://api.mch.weixin.qq.com' }),
    appId: Text,
    merchantId: Text,
    /** Serial number of the merchant's API certificate. */
    serial: Text,
    privateKeyFile: Text,
    apiV3Key: Type.String({ minLength: 32, maxLength: 32 }),
    /** Id of WeChat Pay's public key (PUB_KEY_ID_…), or serial number of its platform certificate. */
    platformSerial: Text,
    platformKeyFile: Text,
  },
  closed,
);

const Alipay = Type.Object(
  {
    gateway: Type.String({ pattern: '^https?://', default: 'https://openapi.alipay.com/gateway.do' }),
    appId: Text,
    /** The account that receives the money (2088…). */
    sellerId: Type.Optional(Text),
    privateKeyFile: Text,
    /** Alipay's public key, not the application's. */
    publicKeyFile: Text,
  },
  closed,
);

/** Top-ups by phone; off for a provider that is not configured. */
export const TopUps = Type.Object(
  {
    /** Where central is reached from outside, for the providers' messages: https://porter.example.edu */
    callbackUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
    /** How long a code may be paid. */
    validMinutes: Type.Integer({ minimum: 1, maximum: 120, default: 15 }),
    least_minor: Limit_minor(100),
    most_minor: Limit_minor(100_000),
    /** What the payer reads; the campus' name when absent. */
    description: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    wechat: Type.Optional(Wechat),
    alipay: Type.Optional(Alipay),
  },
  { ...closed, default: {} },
);
