// Asks for an API key where the server wants one. The browser keeps a cookie, never the key.
import { ApiError, explain, signIn } from './api.js';
import { el } from './dom.js';

/** @type {Promise<void> | null} */
let asking = null;

/** Resolves once the server has taken a key. @returns {Promise<void>} */
export function askForKey() {
  asking ??= new Promise((resolve) => {
    const input = el('input', {
      type: 'password',
      class: 'text-input',
      autocomplete: 'off',
      required: true,
      'aria-describedby': 'key-refusal',
    });
    const refusal = el('p', { id: 'key-refusal', role: 'alert', class: 'field-error' });
    const form = el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'key-title' }, 'This Steno asks for a key'),
      el('p', {}, 'Enter an API key that may read. You stay signed in until the browser is closed.'),
      el('label', { class: 'field-label' }, 'API key', input),
      refusal,
      el('div', { class: 'modal-actions' }, el('button', { class: 'button primary', value: 'yes' }, 'Continue')),
    );
    const dialog = el('dialog', { class: 'modal', 'aria-labelledby': 'key-title' }, form);
    dialog.addEventListener('cancel', (/** @type {Event} */ event) => event.preventDefault());
    form.addEventListener('submit', async (/** @type {Event} */ event) => {
      event.preventDefault();
      refusal.textContent = '';
      try {
        await signIn(input.value.trim());
      } catch (error) {
        const unknown = error instanceof ApiError && error.status === 401;
        refusal.textContent = `Not taken: ${unknown ? 'the server knows no such key.' : explain(error)}`;
        input.select();
        return;
      }
      dialog.remove();
      asking = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
