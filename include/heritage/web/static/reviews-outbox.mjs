// Answers on their way: each is kept on this device until the server has said what became of it.
import {all, clear, own, put, remove} from './reviews-store.mjs';

const SHORT = 20000; // characters
const LOGGED_OUT = [401, 403]; // an old login is refused, a missing one not known

/** `root` leads up to the pages; `told` hears of answers that were not kept, and of a login that is needed. */
export class Outbox {
  constructor(root, told, {owner, token} = {}) {
    Object.assign(this, {root, told, owner, token});
    this.turn = Promise.resolve();
  }

  /** Keeps an answer and sends all that wait. */
  async add(answer) {
    const number = new Uint32Array(4);
    crypto.getRandomValues(number);
    const key = Array.from(number, (part) => part.toString(16).padStart(8, '0')).join('');
    await put('answers', {...answer, key, at: Date.now()});
    return this.send();
  }

  /** Sends all that wait; gives how many could not be sent. */
  send() {
    return this.#alone(() => this.#send());
  }

  /** Takes the answer to a task back: true when it is, false when it is settled, null without a network. */
  undo(task) {
    return this.#alone(async () => {
      const waiting = (await all('answers')).find((answer) => answer.task_id === task);
      if (waiting) {
        await remove('answers', waiting.key);
        return true;
      }
      try {
        const answer = await this.#post('undo.json', {task_id: task});
        return answer?.ok ? (await answer.json()).undone : null;
      } catch {
        return null;
      }
    });
  }

  /** Whose pages these are now; false for nobody's. What somebody else left on the device is removed. */
  async who() {
    if (!navigator.onLine) throw new Error('no network');
    const answer = await fetch(`${this.root}reviews/me.json`);
    if (LOGGED_OUT.includes(answer.status)) {
      await this.#out();
      return false;
    }
    if (!answer.ok) throw new Error(`${answer.status}`);
    const {owner, token} = await answer.json();
    await own(owner);
    Object.assign(this, {owner, token, out: false});
    return true;
  }

  /** Nobody is logged in: no tasks stay here, and what waits goes on waiting. */
  async #out() {
    this.out = true;
    await clear('tasks');
    this.told('login');
  }

  #alone(act) {
    const done = this.turn.then(act);
    this.turn = done.catch(() => {});
    return done;
  }

  async #send() {
    const waiting = (await all('answers')).sort((one, other) => one.at - other.at).slice(0, 50);
    if (!waiting.length) return 0;
    try {
      const answer = await this.#post('answers.json', {answers: waiting});
      if (!answer?.ok) return waiting.length;
      for (const {key, kept, reason} of (await answer.json()).taken) {
        const sent = waiting.find((one) => one.key === key);
        await remove('answers', key);
        if (!kept) this.told('refused', {title: sent.title, reason});
      }
      return 0;
    } catch {
      return (await all('answers')).length; // no network: they wait
    }
  }

  /** A token can be too old, or another person's: then the store may be, too, and only what is left is sent. */
  async #post(name, content, again = true) {
    if (!navigator.onLine) throw new Error('no network');
    if (!this.token && !(await this.who())) return null;
    const body = JSON.stringify({...content, token: this.token});
    // what is short arrives even when the page is left meanwhile; browsers refuse to do that for more
    const keepalive = body.length < SHORT;
    const headers = {'Content-Type': 'application/json'};
    const answer = await fetch(`${this.root}reviews/${name}`, {method: 'POST', headers, body, keepalive});
    if (answer.status === 401) {
      await this.#out();
      return null;
    }
    if (answer.status === 403 && again) {
      const before = this.owner;
      if (!(await this.who()) || this.owner !== before) return null;
      return this.#post(name, content, false);
    }
    return answer;
  }
}
