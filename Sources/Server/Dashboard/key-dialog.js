// Asks for an API key where the server wants one. It stays in this browser tab.
import { storeKey } from './api.js';
import { el } from './dom.js';

/** @type {Promise<void> | null} */
let asking = null;

/** Resolves once there is a key to try. @returns {Promise<void>} */
export function askForKey() {
  asking ??= new Promise((resolve) => {
    const input = el('input', {
      type: 'password',
      class: 'text-input',
      autocomplete: 'off',
      required: true,
      'aria-label': 'API key',
    });
    const dialog = el(
      'dialog',
      { class: 'modal', 'aria-labelledby': 'key-title' },
      el(
        'form',
        { method: 'dialog' },
        el('h2', { id: 'key-title' }, 'This Steno asks for a key'),
        el('p', {}, 'Enter an API key that may read. It is kept until this tab is closed.'),
        input,
        el('div', { class: 'modal-actions' }, el('button', { class: 'button primary', value: 'yes' }, 'Continue')),
      ),
    );
    dialog.addEventListener('cancel', (/** @type {Event} */ event) => event.preventDefault());
    dialog.addEventListener('close', () => {
      storeKey(input.value);
      dialog.remove();
      asking = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
