import { h } from '../core/dom.js';
import { t } from '../core/language.js';

const mostBytes = 8192;

/** Where a message is written. `room` gives the room at any time; `send` takes the text. */
export function composer({ room, label, send }) {
    const input = h('textarea', {
        rows: 1, dir: 'auto', 'aria-label': t('writeTo', { room: label }), placeholder: t('writeTo', { room: label }),
        enterkeyhint: 'send', 'aria-describedby': 'composer-hint', on: { input: changed, keydown: pressed },
    });
    const error = h('p', { class: 'composer-error', role: 'status' });
    const element = h('form', { class: 'composer', on: { submit } },
        h('p', { id: 'composer-hint', class: 'visually-hidden' }, t('sendHint')),
        error,
        h('div', { class: 'composer-row' }, input, h('button', { type: 'submit', class: 'primary' }, t('send'))));
    input.value = room()?.draft ?? '';
    requestAnimationFrame(grow);

    function changed() {
        error.textContent = '';
        const current = room();
        if (current) current.draft = input.value;
        grow();
    }

    function grow() {
        input.style.height = 'auto';
        input.style.height = `${Math.min(input.scrollHeight + 2, 240)}px`;
    }

    function pressed(event) {
        // Enter also ends the choice of a character in an input method.
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        submit(event);
    }

    function submit(event) {
        event.preventDefault();
        const text = input.value.trim();
        if (!text) return;
        if (new TextEncoder().encode(text).length > mostBytes) {
            error.textContent = t('error_text_too_long');
            return;
        }
        input.value = '';
        changed();
        send(text);
        input.focus();
    }

    return { element, focus: () => input.focus() };
}
