// The History API around routes: links, back and forward, and the place on the page that each state had.
import { el } from './dom.js';
import { formatRoute, parseRoute } from './route.js';

/** @typedef {import('./route.js').Route} Route */

/** @type {(route: Route, kind: 'go' | 'back') => void} */
let listener = () => {};

/** Entry of the history → where the page was scrolled to. @type {Map<number, number>} */
const places = new Map();
let entry = 0;

/** The list that each tab last showed, so that a tab leads back to it. @type {Map<string, string>} */
const lastLists = new Map();

/** @returns {Route} */
export function currentRoute() {
  return parseRoute(location.search);
}

/** @param {Route} route @param {{ replace?: boolean }} [options] */
export function navigate(route, options = {}) {
  const href = formatRoute(route);
  places.set(entry, scrollY);
  if (options.replace) {
    history.replaceState({ entry }, '', href);
  } else if (href !== location.search) {
    entry += 1;
    history.pushState({ entry }, '', href);
  }
  listener(currentRoute(), 'go');
}

/** Changes the address without telling anybody: the view that calls already shows the state. @param {Route} route */
export function note(route) {
  history.replaceState({ entry }, '', formatRoute(route));
}

/** Where this entry of the history was scrolled to. */
export function place() {
  return places.get(entry) ?? 0;
}

/** @param {Route} route */
export function rememberList(route) {
  lastLists.set(route.view, formatRoute(route));
}

/** @param {string} view @param {string | undefined} project @returns {Route} */
export function lastList(view, project) {
  const href = lastLists.get(view);
  const route = href ? parseRoute(href) : { view, params: {} };
  return { view, params: { ...route.params, project } };
}

/**
 * A link to a state of the page: a real address, so that it opens in a new tab too.
 * @param {Route} route @param {Record<string, any>} properties @param {import('./dom.js').Child[]} children
 */
export function link(route, properties, ...children) {
  return el('a', { href: formatRoute(route), ...properties }, ...children);
}

/** @param {(route: Route, kind: 'go' | 'back') => void} onChange */
export function startNavigation(onChange) {
  listener = onChange;
  history.scrollRestoration = 'manual';
  if (typeof history.state?.entry === 'number') entry = history.state.entry;
  else history.replaceState({ entry }, '', location.href);
  addEventListener('popstate', (event) => {
    places.set(entry, scrollY);
    entry = event.state?.entry ?? 0;
    listener(currentRoute(), 'back');
  });
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    ) return;
    const anchor = event.target instanceof Element ? event.target.closest('a[href^="?"]') : null;
    if (!anchor) return;
    event.preventDefault();
    navigate(parseRoute(/** @type {string} */ (anchor.getAttribute('href'))));
  });
}
