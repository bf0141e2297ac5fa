// Which project is looked at, and how far back its data goes.
import { getIfPresent, isAbort } from './api.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { navigate } from './navigation.js';
import { tabOf } from './route.js';

/** @typedef {import('./route.js').Route} Route */

const MINUTE = 60_000;
const LEAST_MINUTES = 45;

export class ProjectSwitch {
  /** @param {HTMLSelectElement} select */
  constructor(select) {
    this.select = select;
    /** @type {any[]} */
    this.rows = [];
    this.stamp = '';
    /** The latest look at the server. @type {Promise<void>} */
    this.loaded = Promise.resolve();
    this.select.addEventListener('change', () => {
      const { value } = this.select;
      const view = tabOf(this.route.view) ?? 'sessions';
      navigate({ view, params: value ? { project: value } : {} });
    });
    /** @type {Route} */
    this.route = { view: 'sessions', params: {} };
  }

  load() {
    this.loaded = this.ask();
    return this.loaded;
  }

  async ask() {
    try {
      const page = await getIfPresent('projects', 'api/v1/projects', { limit: 500 });
      const rows = page?.data ?? [];
      const stamp = JSON.stringify(rows);
      if (stamp === this.stamp) return;
      this.stamp = stamp;
      this.rows = rows;
      if (document.activeElement !== this.select) this.draw();
    } catch (error) {
      // The list says what is wrong; the switch just keeps what it has.
      if (isAbort(error)) return;
    }
  }

  /** @param {Route} route */
  show(route) {
    this.route = route;
    this.draw();
  }

  draw() {
    const chosen = this.route.params.project ?? '';
    const names = this.rows.map((row) => String(row.name));
    if (chosen && !names.includes(chosen)) names.unshift(chosen);
    replace(
      this.select,
      el('option', { value: '' }, 'All projects'),
      names.map((name) => {
        const row = this.rows.find((candidate) => candidate.name === name);
        return el(
          'option',
          { value: name, dir: 'auto' },
          format.visible(name),
          row ? ` (${format.compact(row.session_count)})` : '',
        );
      }),
    );
    this.select.value = chosen;
  }

  /**
   * How many sessions, traces or spans a project holds, or all do.
   * @param {string} noun @param {string | undefined} project
   */
  async held(noun, project) {
    await this.loaded;
    const rows = this.rows.filter((row) => !project || row.name === project);
    return rows.reduce((total, row) => total + row[`${noun}_count`], 0);
  }

  /** First and last activity in ms since 1970. @param {string | undefined} project */
  async extent(project) {
    await this.loaded;
    const rows = project ? this.rows.filter((row) => row.name === project) : this.rows;
    const times = (/** @type {string} */ field) =>
      rows.map((row) => format.instant(row[field])?.ms).filter((ms) => ms !== undefined);
    const from = Math.min(...times('first_seen'));
    const to = Math.max(...times('last_seen'));
    if (!Number.isFinite(from) || !Number.isFinite(to)) return { from: Date.now() - 86_400_000, to: Date.now() };
    // A chart of one moment has no width, and one of a few is blocks, not bars.
    return { from: Math.max(0, Math.min(from - MINUTE, to - LEAST_MINUTES * MINUTE)), to: to + MINUTE };
  }
}
