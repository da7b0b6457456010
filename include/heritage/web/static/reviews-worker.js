// Keeps the page for what was taken along, and its files, for the time without a network. The page has nothing
// of anybody in it, and no other page is kept. `KEPT` names the files.
const NAME = `heritage-reviews-${self.KEPT.version}`;
const PAGE = new URL('bag', self.location).href;
const LAND = new URL('../risk/countries.geojson', self.location).href;
const FILES = new Set([...self.KEPT.files.map((file) => new URL(file, self.location).href), LAND]);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([PAGE, ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('heritage-reviews-') && name !== NAME;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

/** Whoever is not logged in any more has no tasks here; answers that wait stay their owner's. */
function loggedOut() {
  const asked = indexedDB.open('heritage-reviews');
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onsuccess = () => {
    asked.result.transaction('tasks', 'readwrite').objectStore('tasks').clear();
    asked.result.close();
  };
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.status === 401 || answer.status === 403) loggedOut();
    if (answer.ok && bare(request.url) === PAGE) await (await caches.open(NAME)).put(PAGE, answer.clone());
    return answer;
  } catch {
    if (bare(request.url) !== PAGE) return Response.redirect(PAGE);
    return caches.match(PAGE);
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, {ignoreSearch: true})) ?? Response.error();
  }
}

const bare = (address) => address.split(/[?#]/)[0];

self.addEventListener('fetch', (event) => {
  const {request} = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (FILES.has(bare(request.url))) event.respondWith(file(request));
});
