// News from the server: an event stream where there is one, else a look every few seconds while the page is visible.
import { address, isAbsent } from './api.js';

const POLL_MS = 4000;
/** Bursts of events count as one piece of news. */
const CALM_MS = 400;

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {(state: 'live' | 'polling' | 'lost') => void} */
let show = () => {};
/** @type {EventSource | null} */
let source = null;
let streaming = false;
let timer = 0;

function news() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (document.visibilityState === 'visible') { for (const run of listeners) run(); }
  }, CALM_MS);
}

/** Calls `run` when something may have changed, until the returned function is called. @param {() => void} run */
export function onNews(run) {
  listeners.add(run);
  return () => {
    listeners.delete(run);
  };
}

/** @param {boolean} well */
export function reportContact(well) {
  show(well ? (streaming ? 'live' : 'polling') : 'lost');
}

function open() {
  if (typeof EventSource === 'undefined' || isAbsent('events')) return;
  source = new EventSource(address('api/v1/events'));
  source.addEventListener('open', () => {
    streaming = true;
    show('live');
  });
  source.addEventListener('error', () => {
    streaming = false;
    // CLOSED: the server has no such stream and the browser gave up. Otherwise the browser reconnects by itself.
    show('polling');
  });
  // reset: changes were missed for good; everything is read anew on any news.
  for (const type of ['session', 'trace', 'deleted', 'reset']) {
    source.addEventListener(type, news);
  }
}

/** @param {(state: 'live' | 'polling' | 'lost') => void} onState */
export function startLive(onState) {
  show = onState;
  show('polling');
  open();
  setInterval(() => {
    if (!streaming && document.visibilityState === 'visible') { for (const run of listeners) run(); }
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') news();
  });
  addEventListener('pagehide', () => source?.close());
  addEventListener('pageshow', (event) => {
    if (event.persisted) open();
  });
}
