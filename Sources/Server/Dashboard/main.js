// Puts the page together: one view at a time inside the shell, as the address says.
import { refreshTimes } from './cells.js';
import { el, replace } from './dom.js';
import { icon } from './icons.js';
import { onKeyNeeded } from './api.js';
import { ListView } from './list-view.js';
import { onNews, openStream, startLive } from './live.js';
import { currentRoute, lastList, navigate, place, startNavigation } from './navigation.js';
import { announce } from './notices.js';
import { ProjectSwitch } from './project-switch.js';
import { formatRoute, tabOf } from './route.js';
import { startTheme } from './theme-switch.js';

/** @typedef {import('./route.js').Route} Route */

/** Views that are not needed for the first list come when they are asked for. */
const LATER = /** @type {Record<string, () => Promise<any>>} */ ({
  session: async () => (await import('./session-view.js')).SessionView,
  trace: async () => (await import('./trace-view.js')).TraceView,
  user: async () => (await import('./user-view.js')).UserView,
  search: async () => (await import('./search-view.js')).SearchView,
  connect: async () => (await import('./connect-view.js')).ConnectView,
});

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const search = /** @type {HTMLInputElement} */ (document.getElementById('search'));
const projects = new ProjectSwitch(/** @type {HTMLElement} */ (document.getElementById('project')));

/** Lists stay as they were left: coming back finds rows, place and focus. @type {Map<string, ListView>} */
const lists = new Map();
/** @type {any} */
let view = null;
let serial = 0;

/** @param {Route} route */
async function make(route) {
  if (!LATER[route.view]) {
    const list = new ListView(route, {
      extent: () => projects.extent(currentRoute().params.project),
      held: (noun) => projects.held(noun, currentRoute().params.project),
    });
    lists.set(route.view, list);
    return list;
  }
  const View = await LATER[route.view]();
  return new View(route);
}

/** @param {Route} route @param {'go' | 'back' | 'first'} kind */
async function show(route, kind) {
  const turn = (serial += 1);
  drawShell(route);
  if (view?.accepts(route)) {
    view.update(route);
    return;
  }
  const kept = lists.get(route.view);
  const next = kept ?? await make(route);
  if (turn !== serial) return;
  if (view) view.suspend();
  const focus = view === kept ? null : next.lastFocus;
  if (view) view.lastFocus = main.contains(document.activeElement) ? document.activeElement : null;
  view = next;
  main.replaceChildren(next.element);
  document.title = `${next.title} · Steno`;
  if (!kept) next.start();
  else if (formatRoute(kept.route) === formatRoute(route)) kept.resume();
  else {
    kept.resume();
    kept.update(route);
  }
  settle(next, kind, kind === 'back' && kept ? focus : null);
}

/**
 * Where the reader's eye and focus go after a change of view.
 * @param {any} next
 * @param {string} kind
 * @param {HTMLElement | null} focus
 */
function settle(next, kind, focus) {
  if (kind === 'first') return;
  const top = kind === 'back' ? place() : 0;
  scrollTo({ top, behavior: 'instant' });
  if (focus?.isConnected) focus.focus({ preventScroll: true });
  else main.focus({ preventScroll: true });
  announce(next.title);
}

/** @param {Route} route */
function drawShell(route) {
  const tab = tabOf(route.view);
  for (const anchor of document.querySelectorAll('#tabs a')) {
    const name = /** @type {HTMLElement} */ (anchor).dataset.tab ?? '';
    anchor.setAttribute(
      'href',
      formatRoute(tab === name && route.view === name ? route : lastList(name, route.params.project)),
    );
    if (tab === name) anchor.setAttribute('aria-current', route.view === name ? 'page' : 'true');
    else anchor.removeAttribute('aria-current');
  }
  for (const id of ['home', 'connect']) {
    const anchor = document.getElementById(id);
    anchor?.setAttribute(
      'href',
      formatRoute({
        view: id === 'home' ? 'sessions' : id,
        params: { project: route.params.project },
      }),
    );
  }
  projects.show(route);
  if (route.view === 'search' && document.activeElement !== search) search.value = route.params.q ?? '';
  if (route.view !== 'search' && document.activeElement !== search) search.value = '';
}

document.getElementById('search-form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const q = search.value.trim();
  const { project } = currentRoute().params;
  if (q) navigate({ view: 'search', params: { q, project } });
});

const STATES = /** @type {Record<string, [string, string]>} */ ({
  live: ['Live', 'New data shows up as it is committed'],
  polling: ['Live', 'The page looks for new data every few seconds'],
  lost: ['No contact', 'Steno does not answer; the page keeps trying'],
});
const contact = /** @type {HTMLElement} */ (document.getElementById('contact'));
let contactState = '';

/** @param {'live' | 'polling' | 'lost'} state */
function showContact(state) {
  if (state === contactState) return;
  if (state === 'lost' || contactState === 'lost') {
    announce(state === 'lost' ? 'No contact with Steno' : 'Steno answers again');
  }
  contactState = state;
  contact.className = `contact ${state}`;
  contact.title = STATES[state][1];
  replace(contact, el('span', { class: 'pulse', 'aria-hidden': 'true' }), STATES[state][0]);
}

document.getElementById('search-icon')?.append(icon('search'));
document.getElementById('connect')?.prepend(icon('plug'));
onKeyNeeded(async () => {
  await (await import('./key-dialog.js')).askForKey();
  // The stream was refused, too, and a browser does not try that again by itself.
  openStream();
});
startTheme(/** @type {HTMLElement} */ (document.getElementById('theme')));
startNavigation(show);
startLive(showContact);
onNews(() => projects.load());
setInterval(refreshTimes, 10_000);
// Charts need to know how far back the data goes; the rows do not wait for it.
projects.load();
show(currentRoute(), 'first');
import('./shortcuts.js').then(({ startShortcuts }) =>
  startShortcuts(/** @type {HTMLElement} */ (document.getElementById('help')), () => view)
);
