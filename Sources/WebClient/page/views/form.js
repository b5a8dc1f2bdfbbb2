import { h, replace } from '../core/dom.js';
import { hasWords, t } from '../core/language.js';

let count = 0;

/** A labelled input with a hint and a place for what is wrong with it. */
export function field(name, label, attributes = {}, hint = null) {
    const id = `field-${(count += 1)}`;
    const about = [hint ? `${id}-hint` : '', `${id}-error`].filter(Boolean).join(' ');
    const input = h(attributes.options ? 'select' : 'input', {
        id, name, 'aria-describedby': about, dir: 'auto', ...attributes, options: null,
    });
    for (const [value, words] of attributes.options ?? []) input.append(h('option', { value }, words));
    return h('div', { class: 'field' },
        h('label', { for: id }, label),
        input,
        hint && h('p', { class: 'hint', id: `${id}-hint` }, hint),
        h('p', { class: 'field-error', id: `${id}-error`, hidden: true }));
}

/** A field for a password, with a button that shows it. */
export function passwordField(name, label, attributes = {}, hint = null) {
    const element = field(name, label, { type: 'password', required: true, ...attributes }, hint);
    const input = element.querySelector('input');
    const box = h('label', { class: 'check' },
        h('input', { type: 'checkbox', on: { change: ({ target }) => { input.type = target.checked ? 'text' : 'password'; } } }),
        t('passwordShow'));
    element.append(box);
    return element;
}

/**
 * A form. `submit` gets the fields' values; while it runs the button is off, and what it throws is shown at the field
 * at fault or above the button. A text that it answers is shown as success.
 */
export function form({ label, action, submit, className = 'form' }, ...fields) {
    const status = h('p', { class: 'form-status', role: 'status' });
    const button = h('button', { type: 'submit', class: 'primary' }, action);
    const element = h('form', { class: className, 'aria-label': label, on: { submit: send } }, fields, status, button);

    async function send(event) {
        event.preventDefault();
        if (button.disabled) return;
        clear();
        button.disabled = true;
        try {
            const values = Object.fromEntries([...new FormData(element)].map(([name, value]) => [name, String(value)]));
            const words = await submit(values, element);
            if (typeof words === 'string') status.textContent = words;
        } catch (error) {
            fail(error);
        } finally {
            button.disabled = false;
        }
    }

    function clear() {
        replace(status);
        status.classList.remove('is-error');
        for (const place of element.querySelectorAll('.field-error')) place.hidden = true;
        for (const input of element.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
    }

    function fail(error) {
        const input = error.field ? element.elements.namedItem(error.field) : null;
        const place = input ? document.getElementById(`${input.id}-error`) : null;
        if (!place) {
            status.classList.add('is-error');
            status.textContent = errorWords(error);
            return;
        }
        place.textContent = errorWords(error);
        place.hidden = false;
        input.setAttribute('aria-invalid', 'true');
        input.focus();
    }

    return element;
}

/** What an error is in the words of the language. */
export function errorWords(error) {
    if (error.field && hasWords(`error_field_${error.field}`)) return t(`error_field_${error.field}`);
    if (hasWords(`error_${error.code}`)) return t(`error_${error.code}`);
    return t('error_other', { detail: error.message ?? error.code });
}

/** A button that does something that takes a moment; errors go to `status`. */
export function actionButton(words, action, { status, ...attributes } = {}) {
    const button = h('button', { type: 'button', ...attributes, on: { click } }, words);
    async function click() {
        button.disabled = true;
        try {
            await action();
        } catch (error) {
            if (status) {
                status.classList.add('is-error');
                status.textContent = errorWords(error);
            }
        } finally {
            button.disabled = false;
        }
    }
    return button;
}
