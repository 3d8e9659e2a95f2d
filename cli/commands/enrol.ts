import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Purpose } from '../../protocol/index.js';
import type { EnrolmentResult, PeopleQuery, Person, PersonSummary } from '../../protocol/staff/index.js';
import { logIn, type StaffApi } from '../api.js';
import { cliErrors } from '../errors.js';

interface EnrolOptions {
  readonly central: string;
  readonly user: string;
  readonly student: string;
  readonly name?: string;
  readonly building?: string;
  readonly consent: string;
  readonly notice: string;
}

const purposes: readonly Purpose[] = ['door', 'payment', 'attendance'];

export function registerEnrol(program: Command): void {
  program
    .command('enrol <photo...>')
    .description('enrol a person from photos, creating the person where the student number is new')
    .requiredOption('--student <number>', 'student number')
    .option('--name <name>', 'full name, for a new person')
    .option('--building <name>', 'dormitory building, for a new person')
    .option('--consent <purposes>', 'purposes for which the person has signed: door,payment,attendance', '')
    .option('--notice <version>', 'version of the notice that was signed', '1')
    .option('--central <url>', 'address of the central service', 'http://127.0.0.1:8080')
    .option('--user <name>', 'staff log-in', 'admin')
    .addHelpText('after', '\nThe password comes from the environment variable PORTER_PASSWORD.')
    .action(async (photos: string[], options: EnrolOptions) => {
      const password = process.env.PORTER_PASSWORD;
      if (!password) throw cliErrors.password_missing();
      const wanted = options.consent.split(',').filter(Boolean).map(toPurpose);
      const api = await logIn({ url: options.central, username: options.user, password });
      const person = (await findPerson(api, options.student)) ?? (await createPerson(api, options));
      for (const purpose of wanted) {
        await api.send('PUT', `/people/${person.id}/consents/${purpose}`, {
          granted: true,
          givenBy: 'person',
          noticeVersion: options.notice,
        });
      }
      for (const photo of photos) await enrolPhoto(api, person.id, photo);
    });
}

function toPurpose(text: string): Purpose {
  const purpose = purposes.find(one => one === text.trim());
  if (!purpose) throw cliErrors.not_a_purpose({ text });
  return purpose;
}

async function findPerson(api: StaffApi, studentNumber: string): Promise<{ id: string } | undefined> {
  const query = { query: studentNumber, limit: '200' } satisfies Record<
    keyof Pick<PeopleQuery, 'query' | 'limit'>,
    string
  >;
  const page = await api.get<{ items: PersonSummary[] }>(`/people?${new URLSearchParams(query)}`);
  return page.items.find(person => person.studentNumber === studentNumber);
}

function createPerson(api: StaffApi, options: EnrolOptions): Promise<Person> {
  return api.send('POST', '/people', {
    studentNumber: options.student,
    name: options.name ?? options.student,
    ...(options.building ? { building: options.building } : {}),
  });
}

async function enrolPhoto(api: StaffApi, personId: string, path: string): Promise<void> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw cliErrors.file_not_readable({ path, problem: cause.message }, { cause });
  });
  const form = new FormData();
  form.append('photo', new Blob([new Uint8Array(bytes)]), basename(path));
  const { verdict } = await api.upload<EnrolmentResult>(`/people/${personId}/enrolments`, form);
  const reasons = verdict.reasons.length > 0 ? ` (${verdict.reasons.join(', ')})` : '';
  console.log(`${path}: enrolled, quality ${verdict.grade} ${verdict.score.toFixed(2)}${reasons}`);
}
