// Reviews with a network: the next tasks are fetched while one is read, and answers are sent while the next is shown.
import {Outbox} from './reviews-outbox.mjs';
import {own} from './reviews-store.mjs';
import {TaskDesk} from './reviews-desk.mjs';

const AHEAD = 6;
const holder = document.getElementById('reviewing');
const {root, campaign, owner, token} = holder.dataset;
const article = document.getElementById('task');
const first = {id: article.dataset.id, title: holder.dataset.title, html: document.getElementById('task-place').innerHTML};
await own(owner); // where nothing can be kept on the device, the plain forms stay as they are
const seen = new Set([first.id]);
const queue = [];
let coming;

async function fetched() {
  const answer = await fetch(`${root}reviews/campaigns/${campaign}/tasks.json?count=${AHEAD}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  for (const task of (await answer.json()).tasks) {
    if (seen.has(task.id)) continue;
    seen.add(task.id);
    queue.push(task);
  }
}

function fill() {
  coming ??= fetched().finally(() => {
    coming = undefined;
  });
  return coming;
}

async function next() {
  try {
    if (!queue.length) await fill();
    if (!queue.length) {
      await outbox.send(); // what was on its way may have kept others back
      await fill();
    }
  } catch {
    if (!queue.length) {
      desk.say('failed');
      return undefined;
    }
  }
  const task = queue.shift() ?? null;
  if (queue.length < AHEAD / 2) fill().catch(() => {});
  if (task?.page) {
    await outbox.send();
    location.assign(root + task.page);
    return undefined;
  }
  return task;
}

const outbox = new Outbox(root, (what, values) => (what === 'refused' ? desk.conflict(values) : desk.say(what)), {owner, token});
const desk = new TaskDesk({
  holder,
  next,
  outbox,
  kept: () => {},
  undone: (_, current) => current && queue.unshift(current),
  over: () => location.assign(`${root}reviews/campaigns/${campaign}/next`),
});
desk.begin(first);
holder.dataset.ready = '';
fill().catch(() => {});
outbox.send();
addEventListener('online', async () => {
  await outbox.send();
  if (desk.task === undefined) desk.go();
});
