import type { Db } from '../db/index.js';
import type { GalleryBody } from './content.js';
import type { Vault } from './vault.js';

const chunk = 500;

/** Opens the vectors of the bodies' templates; gives a lookup from template id to base64. */
export async function loadVectors(
  db: Db,
  vault: Vault,
  bodies: readonly GalleryBody[],
): Promise<(templateId: string) => string> {
  const ids = bodies.flatMap(body => body.templates.map(template => template.templateId));
  const vectors = new Map<string, string>();
  for (let start = 0; start < ids.length; start += chunk) {
    const rows = await db
      .selectFrom('template')
      .select(['id', 'person_id', 'pack_id', 'sealed'])
      .where('id', 'in', ids.slice(start, start + chunk))
      .execute();
    for (const row of rows) {
      const identity = { personId: row.person_id, templateId: row.id, packId: row.pack_id };
      vectors.set(row.id, vault.open(identity, row.sealed).toString('base64'));
    }
  }
  return templateId => {
    const vector = vectors.get(templateId);
    if (vector === undefined) throw new Error(`template ${templateId} is in the gallery but not stored`);
    return vector;
  };
}
