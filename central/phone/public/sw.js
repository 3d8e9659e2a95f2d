// Keeps the page on the phone, so that a code can be shown without a network. Only this page's own files; never an answer of the API.
const cacheName = 'porter-phone-1';

self.addEventListener('install', event => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then(cache => cache.addAll(['/phone/', '/phone/icon.svg', '/phone/manifest.webmanifest']))
      .then(() => self.skipWaiting()),
  );
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

const fromNetwork = async request => {
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(cacheName);
    await cache.put(request, response.clone());
  }
  return response;
};

self.addEventListener('fetch', event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith('/phone/')) return;
  // A file under assets/ never changes; the page itself may.
  event.respondWith(
    pathname.startsWith('/phone/assets/')
      ? caches.match(request).then(kept => kept ?? fromNetwork(request))
      : fromNetwork(request).catch(() => caches.match(request, { ignoreSearch: true })),
  );
});
