// Keys for people who keep their hands on the keyboard, a dialog that lists them, and a way to turn them off.
import { el } from './dom.js';
import { icon } from './icons.js';
import { currentRoute, lastList, navigate } from './navigation.js';

const KEYS = [
  ['/', 'Search all messages'],
  ['f', 'Filter the list'],
  ['g then t', 'LLM Tracing'],
  ['g then s', 'Sessions'],
  ['g then u', 'Users'],
  ['↓ ↑ or j k', 'Next and previous row, turn or span'],
  ['→ ←', 'Into and out of a row; unfold and fold spans'],
  ['Enter', 'Open'],
  ['z', 'Zoom to a span and back'],
  ['[ and ]', 'Previous and next session'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
];

const GO = /** @type {Record<string, string>} */ ({ t: 'traces', s: 'sessions', u: 'users' });

let off = false;
try {
  off = localStorage.getItem('steno.keys') === 'off';
} catch {
  // Without storage the keys are on.
}

function openHelp() {
  const toggle = el('input', { type: 'checkbox' });
  toggle.checked = !off;
  toggle.addEventListener('change', () => {
    off = !toggle.checked;
    try {
      localStorage.setItem('steno.keys', off ? 'off' : 'on');
    } catch {
      // As above.
    }
  });
  const dialog = el(
    'dialog',
    { class: 'modal', 'aria-labelledby': 'help-title' },
    el(
      'form',
      { method: 'dialog' },
      el(
        'div',
        { class: 'line' },
        el('h2', { id: 'help-title' }, 'Keyboard'),
        el('span', { class: 'push' }),
        el('button', { class: 'icon-button', 'aria-label': 'Close' }, icon('close')),
      ),
      el(
        'dl',
        { class: 'keys' },
        KEYS.map(([key, meaning]) =>
          el(
            'div',
            {},
            el(
              'dt',
              {},
              key.split(' ').map((word) => (/^(then|or|and)$/.test(word) ? ` ${word} ` : el('kbd', {}, word))),
            ),
            el('dd', {}, meaning),
          )
        ),
      ),
      el('label', { class: 'line' }, toggle, 'Single-key shortcuts'),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {number} step */
function stepTurn(step) {
  const turns = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.turn')]);
  if (!turns.length) return false;
  const focused = document.activeElement?.closest('.turn');
  const line = 120;
  const at = focused
    ? turns.indexOf(/** @type {HTMLElement} */ (focused))
    : turns.findLastIndex((turn) => turn.getBoundingClientRect().top < line + 1);
  const next = turns[Math.max(0, Math.min(turns.length - 1, at + step))];
  next.scrollIntoView({ block: 'start' });
  next.focus({ preventScroll: true });
  return true;
}

/** @param {HTMLElement} button @param {() => any} view */
export function startShortcuts(button, view) {
  let prefix = 0;
  button.addEventListener('click', openHelp);
  document.addEventListener('keydown', (event) => {
    if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input, textarea, select, [contenteditable], dialog.modal')) return;
    const afterG = event.timeStamp - prefix < 1200;
    prefix = 0;
    if (afterG && GO[event.key]) navigate(lastList(GO[event.key], currentRoute().params.project));
    else if (event.key === 'g') {
      prefix = event.timeStamp;
      return;
    } else if (event.key === '/') document.getElementById('search')?.focus();
    else if (event.key === 'f' && view()?.bar) view().bar.focus();
    else if (event.key === '?') openHelp();
    else if (event.key === '[' || event.key === ']') {
      /** @type {HTMLElement | null} */ (document.querySelector(`[data-shortcut="${event.key}"]`))?.click();
    } else if ((event.key === 'j' || event.key === 'ArrowDown') && target === document.getElementById('main')) {
      if (!enterRows() && !stepTurn(1)) return;
    } else if (event.key === 'j' || event.key === 'k') {
      if (!stepTurn(event.key === 'j' ? 1 : -1)) return;
    } else return;
    event.preventDefault();
  });
  performance.mark('keys');
}

function enterRows() {
  const row = /** @type {HTMLElement | null} */ (document.querySelector('tr[data-key][tabindex="0"]'));
  row?.focus();
  return row !== null;
}
