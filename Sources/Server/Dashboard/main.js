// Puts the page together: one view at a time inside the shell, as the address says.
import { explain, onKeyNeeded } from './api.js';
import { painted } from './dom.js';
import { ListView } from './list-view.js';
import { openStream, reportLocked } from './live.js';
import { currentRoute, lastList, navigate, place, startNavigation } from './navigation.js';
import { announce, toast } from './notices.js';
import { formatRoute, tabOf } from './route.js';

/** @typedef {import('./route.js').Route} Route */

/** Views that are not needed for the first list come when they are asked for. */
const LATER = /** @type {Record<string, () => Promise<any>>} */ ({
  session: async () => (await import('./session-view.js')).SessionView,
  trace: async () => (await import('./trace-view.js')).TraceView,
  user: async () => (await import('./user-view.js')).UserView,
  search: async () => (await import('./search-view.js')).SearchView,
  connect: async () => (await import('./connect-view.js')).ConnectView,
});

/** The longest that the shell waits for the first content. */
const SHELL_WAIT_MS = 400;
/** The other views come while nobody waits: a click finds them there, also while the server is away. */
const OTHERS_WAIT_MS = 1500;

const main = /** @type {HTMLElement} */ (document.getElementById('main'));

/** @type {() => void} */
let begin = () => {};
/** What stands around the view, once the first content is on the screen. */
const shell = /** @type {Promise<void>} */ (new Promise((resolve) => {
  begin = resolve;
})).then(() => import('./shell.js')).then(({ startShell }) => startShell(() => view));

/** Lists stay as they were left: coming back finds rows, place and focus. @type {Map<string, ListView>} */
const lists = new Map();
/** @type {any} */
let view = null;
let serial = 0;

/** @param {Route} route */
async function make(route) {
  if (!LATER[route.view]) {
    const list = new ListView(route, {
      extent: async () => (await shell).projects.extent(currentRoute().params.project),
      held: async (noun) => (await shell).projects.held(noun, currentRoute().params.project),
    });
    lists.set(route.view, list);
    return list;
  }
  const View = await LATER[route.view]();
  return new View(route);
}

/**
 * @param {Route} route @param {'go' | 'back' | 'first'} kind
 * @returns {Promise<void>} resolves once a view that is shown for the first time has its first content
 */
async function show(route, kind) {
  const turn = (serial += 1);
  drawTabs(route);
  shell.then(({ show }) => show(currentRoute()));
  if (view?.accepts(route)) {
    view.update(route);
    return;
  }
  const kept = lists.get(route.view);
  const next = kept ?? await make(route).catch((error) => toast(explain(error), 'error'));
  if (turn !== serial || !next) return;
  if (view) view.suspend();
  const focus = view === kept ? null : next.lastFocus;
  if (view) view.lastFocus = main.contains(document.activeElement) ? document.activeElement : null;
  view = next;
  main.replaceChildren(next.element);
  document.title = `${next.title} · Steno`;
  const started = kept ? kept.resume() : next.start();
  if (kept && formatRoute(kept.route) !== formatRoute(route)) kept.update(route);
  settle(next, kind, kind === 'back' && kept ? focus : null);
  await started;
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
function drawTabs(route) {
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
  for (const [id, view] of [['home', 'sessions'], ['connect', 'connect']]) {
    document.getElementById(id)?.setAttribute('href', formatRoute({ view, params: { project: route.params.project } }));
  }
}

onKeyNeeded(async () => {
  reportLocked();
  await (await import('./key-dialog.js')).askForKey();
  // The stream was refused, too, and a browser does not try that again by itself.
  openStream();
});
// Somebody may type faster than the shell comes.
document.getElementById('search-form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const q = /** @type {HTMLInputElement} */ (document.getElementById('search')).value.trim();
  if (q) navigate({ view: 'search', params: { q, project: currentRoute().params.project } });
});
startNavigation(show);
show(currentRoute(), 'first').then(painted).then(begin, begin);
// An answer that takes its time holds up nothing but itself; a page that nobody sees is not painted.
setTimeout(begin, SHELL_WAIT_MS);
shell.then(() => setTimeout(() => Object.values(LATER).forEach((load) => load().catch(() => {})), OTHERS_WAIT_MS));
