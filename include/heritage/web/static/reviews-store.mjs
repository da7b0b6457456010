// What is kept on this device: tasks that were taken along, answers that wait, and whose they are.
const NAME = 'heritage-reviews';
const STORES = {tasks: {keyPath: 'id'}, answers: {keyPath: 'key'}, about: {}};
let opened;

function database() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, how] of Object.entries(STORES)) asked.result.createObjectStore(name, how);
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

async function at(store, mode, act) {
  const work = (await database()).transaction(store, mode);
  const asked = act(work.objectStore(store));
  return new Promise((done, failed) => {
    work.oncomplete = () => done(asked.result);
    work.onabort = () => failed(work.error);
  });
}

export const all = (store) => at(store, 'readonly', (kept) => kept.getAll());
export const put = (store, value) => at(store, 'readwrite', (kept) => kept.put(value));
export const remove = (store, key) => at(store, 'readwrite', (kept) => kept.delete(key));
export const clear = (store) => at(store, 'readwrite', (kept) => kept.clear());

/** Makes the store that of a person; what somebody else left in it is removed. */
export async function own(owner) {
  const before = await at('about', 'readonly', (kept) => kept.get('owner'));
  if (before && before !== owner) await Promise.all([clear('tasks'), clear('answers')]);
  if (before !== owner) await at('about', 'readwrite', (kept) => kept.put(owner, 'owner'));
}

export async function forget() {
  await Promise.all(Object.keys(STORES).map(clear));
}
