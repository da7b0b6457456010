// One task after another, by keys or by hand: shows it, takes the answer, and takes it back.
import {recordMap} from './record-map.mjs';

const TYPED = 'input:not([type=radio]):not([type=checkbox]), textarea, select';
const SWITCH = 'heritage-reviews-keys';
const CORRECTION = ['item', 'text', 'lang', 'lat', 'lon'];
const MOST_BACK = 50;
const found = (id) => document.getElementById(id);

/**
 * `next` gives the task that is to be answered next, null when there is none, and undefined when that is not known
 * now; `outbox` takes answers; `kept` and `undone` hear of tasks that leave and come back; `over` ends it.
 */
export class TaskDesk {
  constructor({holder, next, outbox, kept, undone, over}) {
    Object.assign(this, {holder, next, outbox, kept, undone, over});
    this.words = JSON.parse(holder.dataset.words);
    this.place = found('task-place');
    this.answered = [];
    this.onKeys = found('keys-on');
    this.onKeys.checked = localStorage.getItem(SWITCH) !== 'off';
    this.onKeys.addEventListener('change', () => localStorage.setItem(SWITCH, this.onKeys.checked ? 'on' : 'off'));
    found('undo-form')?.remove();
    found('undo').addEventListener('click', () => this.undo());
    document.addEventListener('keydown', (event) => this.#key(event));
    this.place.addEventListener('submit', (event) => {
      if (event.submitter?.name === 'search') return;
      event.preventDefault();
      this.keep();
    });
  }

  say(name, values = {}) {
    found('kept').textContent = this.words[name].replace(/\{(\w+)\}/g, (_, gap) => values[gap] ?? '');
  }

  /** Tells of an answer that was not kept; it stays in sight. */
  conflict(values) {
    const line = document.createElement('li');
    line.textContent = this.words.refused.replace(/\{(\w+)\}/g, (_, gap) => values[gap] ?? '');
    found('conflicts').append(line);
  }

  async go() {
    this.show(await this.next());
  }

  /** Draws a task that is not on the page yet. */
  show(task) {
    this.task = task;
    if (!task) {
      this.place.replaceChildren();
      found('keys').hidden = true;
      if (task === null) this.over();
      return;
    }
    this.place.innerHTML = task.html;
    this.begin(task);
    found('asked').focus({preventScroll: true});
    this.holder.scrollIntoView();
  }

  /** Takes up the task that is on the page. */
  begin(task) {
    this.task = task;
    this.shown = performance.now();
    found('keys').hidden = false;
    const fresh = found('map');
    if (!fresh) return;
    try {
      if (this.map) {
        fresh.replaceWith(this.canvas);
        this.map.show(JSON.parse(fresh.dataset.map));
      } else {
        this.canvas = fresh;
        this.map = recordMap(fresh);
        found('map-note').hidden = true;
      }
    } catch {
      found('map').classList.add('without');
    }
  }

  /** Chooses an answer, and keeps it: but where it is wrong, first asks what would be right. */
  choose(radio) {
    radio.checked = true;
    const correction = this.place.querySelector('.correction input');
    if (radio.value === 'wrong' && correction) {
      correction.focus();
      found('kept').textContent = this.words.correct;
    } else {
      this.keep();
    }
  }

  async keep() {
    const form = this.place.querySelector('form.answering');
    if (!form || this.leaving) return;
    const given = new FormData(form);
    const choice = given.get('choice');
    if (!choice) {
      this.say('choose');
      form.querySelector('input[name=choice]').focus();
      return;
    }
    const task = this.task;
    const label = form.querySelector('input[name=choice]:checked').closest('label').querySelector('.what').textContent.trim();
    const correction = {};
    for (const name of choice === 'wrong' ? CORRECTION : []) if (given.get(name)) correction[name] = given.get(name);
    const seconds = Math.round(performance.now() - this.shown) / 1000;
    this.leaving = true;
    const sent = this.outbox.add({task_id: task.id, title: task.title, choice, comment: given.get('comment') ?? '', correction, seconds});
    this.answered = [...this.answered, task].slice(-MOST_BACK);
    this.say('kept', {choice: label});
    found('undo').hidden = false;
    await this.kept(task);
    await this.go();
    this.leaving = false;
    const waiting = await sent;
    if (waiting && !this.outbox.out) this.say('waiting', {count: waiting});
  }

  async undo() {
    const task = this.answered.pop();
    if (!task || this.leaving) {
      this.say('nothing');
      return;
    }
    this.leaving = true;
    const back = await this.outbox.undo(task.id);
    this.leaving = false;
    if (!back) {
      this.say(back === null ? 'failed' : 'undone_not');
      return;
    }
    await this.undone(task, this.task);
    this.show(task);
    this.say('undone');
    found('undo').hidden = !this.answered.length;
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !this.task) return;
    const typing = event.target.matches(TYPED);
    if (typing) {
      if (event.key === 'Escape') found('asked').focus();
      if (event.key === 'Enter' && event.target.matches('input') && this.place.contains(event.target)) {
        event.preventDefault();
        this.keep();
      }
      return;
    }
    const radios = [...this.place.querySelectorAll('input[name=choice]')];
    const inRadios = event.target.matches('input[type=radio]');
    if (event.key === 'Enter' && inRadios) {
      event.preventDefault();
      this.choose(event.target);
    } else if (/^Arrow(Up|Down)$/.test(event.key) && !inRadios && radios.length && !event.target.closest('#map')) {
      event.preventDefault();
      const radio = event.key === 'ArrowDown' ? radios[0] : radios.at(-1);
      radio.checked = true;
      radio.focus();
    } else if (this.onKeys.checked && event.key.length === 1) {
      this.#letter(event, radios);
    }
  }

  #letter(event, radios) {
    const key = event.key.toLowerCase();
    const radio = radios.find((one) => one.dataset.keys.split(' ').includes(key));
    if (radio) this.choose(radio);
    else if (key === 'u') this.undo();
    else if (key === 'c') {
      const comment = this.place.querySelector('.comment');
      if (!comment) return;
      comment.open = true;
      comment.querySelector('textarea').focus();
    } else return;
    event.preventDefault();
  }
}
