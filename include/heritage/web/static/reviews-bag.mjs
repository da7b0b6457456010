// What was taken along: it works without a network, and answers are sent when there is one.
import {Outbox} from './reviews-outbox.mjs';
import {all, clear, forget, put, remove} from './reviews-store.mjs';
import {TaskDesk} from './reviews-desk.mjs';

const ALONG = 20;
const LONGEST = 14 * 86400e3; // milliseconds that tasks stay on a device
const holder = document.getElementById('reviewing');
const {root} = holder.dataset;
const told = document.getElementById('bag');
const begin = document.getElementById('begin');
const clearing = document.getElementById('clear');

const outbox = new Outbox(root, (what, values) => (what === 'refused' ? desk.conflict(values) : desk.say(what)));

async function next() {
  const [task] = (await all('tasks')).sort((one, other) => one.order - other.order);
  return task ?? null;
}

async function count() {
  const [tasks, answers] = [await all('tasks'), await all('answers')];
  told.textContent = tasks.length ? desk.words.taken.replace('{count}', tasks.length) : desk.words.took_none;
  begin.hidden = !tasks.length;
  clearing.hidden = !tasks.length && !answers.length;
  holder.dataset.tasks = tasks.length;
  holder.dataset.answers = answers.length;
}

async function send() {
  const before = (await all('answers')).length;
  const left = await outbox.send();
  if (before && !left) desk.say('sent');
  else if (left && !outbox.out) desk.say('waiting', {count: left});
  holder.dataset.answers = left;
}

async function take(campaign) {
  told.textContent = desk.words.taking;
  const answer = await fetch(`${root}reviews/campaigns/${campaign}/tasks.json?count=${ALONG}&along=1`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  await clear('tasks');
  const {tasks} = await answer.json();
  for (const [order, task] of tasks.entries()) await put('tasks', {...task, order, at: Date.now()});
}

const desk = new TaskDesk({
  holder,
  next,
  outbox,
  kept: (task) => remove('tasks', task.id),
  undone: (task) => put('tasks', task),
  over: async () => {
    await count();
    await send();
    desk.say('done_bag');
  },
});

begin.addEventListener('click', async () => {
  begin.hidden = true;
  await desk.go();
});
clearing.addEventListener('click', async () => {
  await forget();
  desk.show(undefined);
  await count();
  desk.say('cleared');
});
addEventListener('online', send);

await navigator.serviceWorker?.register(`${root}reviews/worker.js`).then((made) => made.active || navigator.serviceWorker.ready).catch(() => {});
for (const task of await all('tasks')) if (Date.now() - task.at > LONGEST) await remove('tasks', task.id);
const wanted = new URLSearchParams(location.search).get('take');
try {
  if (await outbox.who() && wanted) await take(wanted);
} catch {
  if (wanted) desk.say('failed');
}
if (wanted) history.replaceState(null, '', location.pathname);
await count();
await send();
holder.dataset.ready = '';
