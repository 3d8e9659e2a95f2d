import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CentralApp } from './app-type.js';
import { handleNotFound } from './error-handler.js';

/** Serves the console's build, and its index page for the addresses that the console itself routes. */
export async function addConsole(app: CentralApp, directory: string): Promise<void> {
  const isBuilt = existsSync(join(directory, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: directory,
      cacheControl: false,
      setHeaders: (response, path) => {
        const isHashed = path.includes('/assets/');
        response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
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
