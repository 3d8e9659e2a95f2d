import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { CentralApp } from './app-type.js';

const docsPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Collects the routes registered from here on; the document is at /api/openapi.json, its page at /api/docs. */
export async function addOpenApi(app: CentralApp, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Porter central',
        version,
        description:
          'People, consent, enrolment, galleries, devices, entries and the ledger. Staff use a session cookie; changes carry JSON or the header `x-porter-request: 1`. Devices sign their requests (RFC 9421, Ed25519).',
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'porter_session' } },
      },
    },
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: docsPolicy,
    uiConfig: { url: '/api/openapi.json' },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
