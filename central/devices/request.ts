import type { FastifyRequest } from 'fastify';
import type { DeviceKind } from '../../protocol/index.js';
import { deviceErrors } from './errors.js';

/** The paired device that signed the request. */
export interface SigningDevice {
  readonly id: string;
  readonly kind: DeviceKind;
  /** Access point of a gate, till of a till. */
  readonly placeId: string;
  /** Why the device is quarantined; `null` when it is not. */
  readonly quarantine: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    device: SigningDevice | null;
    /** The body's bytes, for the signature. */
    rawBody: Buffer | null;
  }
}

/** Errors: `device_unknown` when the route is not behind the signature check. */
export function deviceOf(request: FastifyRequest): SigningDevice {
  if (!request.device) throw deviceErrors.device_unknown();
  return request.device;
}
