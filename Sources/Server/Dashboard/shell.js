// What stands around the view: projects, theme, search, contact with the server, keys. None of it is needed for the
// first rows, so it comes after them.
import { nameTime, refreshTimes } from './cells.js';
import { el, replace } from './dom.js';
import { onNews, startLive } from './live.js';
import { announce } from './notices.js';
import { ProjectSwitch } from './project-switch.js';
import { startTheme } from './theme-switch.js';

/** @typedef {import('./live.js').Contact} Contact */
/** @typedef {import('./route.js').Route} Route */

/** @param {string} id @returns {any} the element of the page's own HTML */
const part = (id) => document.getElementById(id);

/** @type {Record<Exclude<Contact, 'unknown'>, [string, string]>} */
const CONTACTS = {
  live: ['Live', 'New data shows up as it is committed'],
  polling: ['Live', 'The page looks for new data every few seconds'],
  lost: ['No contact', 'Steno does not answer; the page keeps trying'],
  locked: ['Signed out', 'Steno asks for a key'],
};

/** @type {Contact} */
let contact = 'unknown';

/** @param {Contact} state */
function showContact(state) {
  if (state === contact || state === 'unknown') return;
  if (state === 'lost' || contact === 'lost') {
    announce(state === 'lost' ? 'No contact with Steno' : 'Steno answers again');
  }
  contact = state;
  const [text, title] = CONTACTS[state];
  const node = part('contact');
  node.className = `contact ${state}`;
  node.title = title;
  replace(node, el('span', { class: 'pulse', 'aria-hidden': 'true' }), text);
}

/** @param {() => any} view the one that is shown */
export function startShell(view) {
  const projects = new ProjectSwitch(part('project'));
  const search = part('search');
  // Charts need to know how far back the data goes.
  projects.load();
  startTheme(part('theme'));
  startLive(showContact);
  onNews(() => projects.load());
  setInterval(refreshTimes, 10_000);
  document.addEventListener('pointerover', nameTime);
  import('./shortcuts.js').then(({ startShortcuts }) => startShortcuts(part('help'), view));
  return {
    projects,
    /** @param {Route} route */
    show(route) {
      projects.show(route);
      if (document.activeElement !== search) search.value = route.view === 'search' ? route.params.q ?? '' : '';
    },
  };
}
