import { open, seal } from '../../protocol/index.js';
import type { Db } from '../db/index.js';
import { galleryErrors } from './errors.js';

export interface TemplateIdentity {
  readonly personId: string;
  readonly templateId: string;
  readonly packId: string;
}

/** Seals template vectors at rest; a sealed vector opens for its own person, template and pack alone. */
export interface Vault {
  seal(identity: TemplateIdentity, vector: Float32Array): Buffer;
  /** Gives the bytes of float32 little-endian values. Errors: `seal_broken`. */
  open(identity: TemplateIdentity, sealed: Uint8Array): Buffer;
}

const bindingOf = ({ personId, templateId, packId }: TemplateIdentity): string =>
  `template|${personId}|${templateId}|${packId}`;

export function createVault(key: Buffer): Vault {
  return {
    seal: (identity, vector) => {
      const plaintext = Buffer.alloc(vector.length * 4);
      for (const [i, value] of vector.entries()) plaintext.writeFloatLE(value, i * 4);
      return seal({ key, plaintext, associatedData: bindingOf(identity) });
    },
    open: (identity, sealed) => open({ key, sealed, associatedData: bindingOf(identity) }),
  };
}

/** Reads opened bytes as a vector. */
export function vectorOf(bytes: Buffer): Float32Array {
  const vector = new Float32Array(bytes.length >> 2);
  for (let i = 0; i < vector.length; i++) vector[i] = bytes.readFloatLE(i * 4);
  return vector;
}

const checkName = 'template-key-check';
const checkText = 'porter template key';

/** Finds out at start that the key is not the one the templates were sealed with. Errors: `wrong_template_key`. */
export async function checkKey(db: Db, key: Buffer): Promise<void> {
  const sealed = seal({ key, plaintext: Buffer.from(checkText), associatedData: checkName });
  await db
    .insertInto('meta')
    .values({ key: checkName, value: sealed.toString('base64') })
    .onConflict(conflict => conflict.column('key').doNothing())
    .execute();
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', checkName)
    .executeTakeFirstOrThrow();
  try {
    open({ key, sealed: Buffer.from(row.value, 'base64'), associatedData: checkName });
  } catch (cause) {
    throw galleryErrors.wrong_template_key({}, { cause });
  }
}
