import { h } from '../core/dom.js';
import { t } from '../core/language.js';

/** Asks before something is done: a promise of the answer. Escape is no. */
export function ask({ title, text, action, isDangerous = false }) {
    return new Promise((resolve) => {
        const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
            h('form', { method: 'dialog' },
                h('h2', { id: 'dialog-title' }, title),
                text && h('p', { dir: 'auto' }, text),
                h('div', { class: 'actions' },
                    h('button', { value: 'yes', class: isDangerous ? 'primary is-dangerous' : 'primary' }, action),
                    h('button', { value: '', autofocus: true }, t('cancel')))));
        dialog.addEventListener('close', () => {
            dialog.remove();
            resolve(dialog.returnValue === 'yes');
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
