import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Id } from '../../protocol/index.js';
import { EnrolmentResult } from '../../protocol/staff/index.js';
import { visionErrors } from '../../vision/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Enrolment } from './enrolment.js';
import { enrolmentErrors } from './errors.js';

export interface EnrolmentRouteNeeds {
  readonly enrolment: Enrolment;
  readonly maxPhoto_bytes: number;
}

export function addEnrolmentRoutes(app: CentralApp, needs: EnrolmentRouteNeeds): void {
  app.post(
    '/people/:id/enrolments',
    {
      onRequest: allow('enrolment'),
      schema: {
        tags: ['people'],
        consumes: ['multipart/form-data'],
        params: Type.Object({ id: Id }),
        response: { 201: EnrolmentResult },
      },
    },
    async (request, reply) => {
      const staff = staffOf(request);
      const { photo, allowDuplicate } = await readForm(request, needs.maxPhoto_bytes);
      if (allowDuplicate && staff.role !== 'admin') throw enrolmentErrors.duplicate_override_forbidden();
      const { id: personId } = request.params;
      const result = await needs.enrolment.enrol({ personId, photo, allowDuplicate }, auditedBy(staff));
      return reply.status(201).send(result);
    },
  );
}

async function readForm(
  request: FastifyRequest,
  maxPhoto_bytes: number,
): Promise<{ photo: Uint8Array; allowDuplicate: boolean }> {
  if (!request.isMultipart()) throw enrolmentErrors.photo_missing();
  let photo: Uint8Array | undefined;
  let allowDuplicate = false;
  const limits = { fileSize: maxPhoto_bytes, files: 1, fields: 5, fieldSize: 100 };
  for await (const part of request.parts({ limits })) {
    if (part.type === 'field') {
      if (part.fieldname === 'allowDuplicate') allowDuplicate = part.value === 'true';
    } else if (part.fieldname === 'photo') {
      photo = await readPhoto(part.toBuffer(), maxPhoto_bytes);
    } else {
      part.file.resume();
    }
  }
  if (!photo || photo.length === 0) throw enrolmentErrors.photo_missing();
  return { photo, allowDuplicate };
}

async function readPhoto(bytes: Promise<Buffer>, limit: number): Promise<Buffer> {
  try {
    return await bytes;
  } catch (cause) {
    const isTooLarge = cause instanceof Error && 'code' in cause && cause.code === 'FST_REQ_FILE_TOO_LARGE';
    if (!isTooLarge) throw cause;
    throw visionErrors.image_too_large({ found: `> ${limit} B`, limit: `${limit} B` }, { cause });
  }
}
