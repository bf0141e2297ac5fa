// What the page says aside: a short line that goes away, read out to those who can't see it; copy buttons; menus.
import { el, replace } from './dom.js';
import { icon } from './icons.js';

/** Tells a screen reader; nothing is shown. @param {string} text */
export function announce(text) {
  const region = document.getElementById('live');
  if (region) region.textContent = text;
}

let timer = 0;

/** @param {string} text @param {'note' | 'error'} [tone] */
export function toast(text, tone = 'note') {
  const region = document.getElementById('toast');
  if (!region) return;
  replace(region, el('p', { class: `toast-text ${tone}`, dir: 'auto' }, text));
  region.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    region.hidden = true;
  }, tone === 'error' ? 8000 : 3000);
}

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard's interface exists on secure origins only; a selection can be copied anywhere.
    const area = el('textarea', { class: 'offscreen', 'aria-hidden': 'true' });
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/**
 * @param {string | (() => string)} text @param {string} label what is copied, for those who can't see the place
 * @param {Record<string, any>} [properties] @param {string} [caption] text beside the icon
 */
export function copyButton(text, label, properties = {}, caption = '') {
  const button = el(
    'button',
    { type: 'button', class: 'icon-button copy', 'aria-label': `Copy ${label}`, title: `Copy ${label}`, ...properties },
    icon('copy'),
    caption || null,
  );
  button.addEventListener('click', async (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    const copied = await copyText(typeof text === 'function' ? text() : text);
    announce(copied ? `Copied ${label}` : 'Could not copy');
    if (!copied) return toast('Could not copy', 'error');
    replace(button, icon('check'), caption ? 'Copied' : null);
    button.classList.add('done');
    setTimeout(() => {
      replace(button, icon('copy'), caption || null);
      button.classList.remove('done');
    }, 1200);
  });
  return button;
}

/** Code to take along. @param {string} code @param {string} label */
export function codeBlock(code, label) {
  return el(
    'div',
    { class: 'code-block' },
    el('pre', { tabindex: '0', role: 'region', 'aria-label': label }, el('code', { dir: 'ltr' }, code)),
    copyButton(code, label),
  );
}

/**
 * A button that unfolds a panel; closes by Escape, by a click elsewhere and when focus leaves.
 * @param {import('./dom.js').Child[]} caption @param {() => import('./dom.js').Child[]} content built when opened
 * @param {Record<string, any>} [properties]
 */
export function menu(caption, content, properties = {}) {
  const panel = el('div', { class: 'menu-panel', hidden: true });
  const button = el('button', { type: 'button', class: 'button', 'aria-expanded': 'false', ...properties }, caption);
  const root = el('div', { class: 'menu' }, button, panel);
  const close = () => {
    panel.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  };
  button.addEventListener('click', () => {
    if (!panel.hidden) return close();
    replace(panel, content());
    panel.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    keepInView(panel);
    panel.querySelector('button, a, input, select')?.focus();
  });
  root.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (panel.hidden) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      button.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      stepFocus(panel, event);
    }
  });
  root.addEventListener('focusout', (/** @type {FocusEvent} */ event) => {
    if (event.relatedTarget && !root.contains(/** @type {Node} */ (event.relatedTarget))) close();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!panel.hidden && !root.contains(/** @type {Node} */ (event.target))) close();
  });
  return { root, button, close };
}

/** @param {HTMLElement} panel */
function keepInView(panel) {
  panel.classList.remove('flip');
  if (panel.getBoundingClientRect().right > document.documentElement.clientWidth - 8) panel.classList.add('flip');
}

/** @param {HTMLElement} panel @param {KeyboardEvent} event */
function stepFocus(panel, event) {
  const stops = [...panel.querySelectorAll('button, a[href]')];
  const at = stops.indexOf(/** @type {Element} */ (document.activeElement));
  if (at < 0) return;
  event.preventDefault();
  const next = stops[(at + (event.key === 'ArrowDown' ? 1 : stops.length - 1)) % stops.length];
  /** @type {HTMLElement} */ (next).focus();
}

/**
 * Asks before something can't be undone. Resolves to whether it shall be.
 * @param {string} title @param {import('./dom.js').Child[]} body @param {string} action
 * @returns {Promise<boolean>}
 */
export function confirmation(title, body, action) {
  return new Promise((resolve) => {
    const dialog = el(
      'dialog',
      { class: 'modal', 'aria-labelledby': 'confirm-title' },
      el(
        'form',
        { method: 'dialog' },
        el('h2', { id: 'confirm-title' }, title),
        body,
        el(
          'div',
          { class: 'modal-actions' },
          el('button', { class: 'button', value: 'no', autofocus: true }, 'Cancel'),
          el('button', { class: 'button danger', value: 'yes' }, action),
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
