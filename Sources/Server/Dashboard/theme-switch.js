// Light, dark, or as the system has it.
import { replace } from './dom.js';
import { icon } from './icons.js';

const ORDER = ['system', 'light', 'dark'];
const ICONS = /** @type {Record<string, string>} */ ({ system: 'auto', light: 'sun', dark: 'moon' });

/** @param {HTMLElement} button */
export function startTheme(button) {
  const root = document.documentElement;
  const draw = () => {
    const theme = root.dataset.theme ?? 'system';
    const label = `Theme: ${theme}`;
    button.setAttribute('aria-label', label);
    button.title = label;
    replace(button, icon(ICONS[theme]));
  };
  button.addEventListener('click', () => {
    const next = ORDER[(ORDER.indexOf(root.dataset.theme ?? 'system') + 1) % ORDER.length];
    if (next === 'system') delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === 'system') localStorage.removeItem('steno.theme');
      else localStorage.setItem('steno.theme', next);
    } catch {
      // The choice then lasts as long as the page.
    }
    draw();
  });
  draw();
}
