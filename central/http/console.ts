import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CentralApp } from './app-type.js';
import { handleNotFound } from './error-handler.js';

/** Files whose names hold their hash stay; the pages that name them are asked for anew. */
const cached = {
  cacheControl: false,
  setHeaders: (response: { setHeader(name: string, value: string): unknown }, path: string): void => {
    const isHashed = path.includes('/assets/');
    response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  },
};

/** Serves the student's page for phones at `/phone/`, the console's build, and its index page for the addresses that the console itself routes. */
export async function addConsole(
  app: CentralApp,
  { directory, phoneDirectory }: { readonly directory: string; readonly phoneDirectory: string },
): Promise<void> {
  const isBuilt = existsSync(join(directory, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, { root: directory, ...cached });
  }
  if (existsSync(join(phoneDirectory, 'index.html'))) {
    await app.register(fastifyStatic, {
      ...{ root: phoneDirectory, prefix: '/phone/', decorateReply: !isBuilt, ...cached },
    });
    app.get('/phone', (_, reply) => reply.redirect('/phone/'));
  }
  app.setNotFoundHandler((request, reply) => {
    if (isBuilt && isPage(request)) return reply.sendFile('index.html');
    return handleNotFound(request, reply as FastifyReply);
  });
}

function isPage(request: FastifyRequest): boolean {
  const isApi = /^\/(api|device)(\/|$|\?)/.test(request.url);
  return request.method === 'GET' && !isApi && (request.headers.accept?.includes('text/html') ?? false);
}
