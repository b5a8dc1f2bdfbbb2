import { h, replace } from '../core/dom.js';
import { formatMoment, t } from '../core/language.js';
import { nameElement } from '../core/names.js';
import { roomAddress } from '../core/router.js';
import { session } from '../core/session.js';
import { actionButton, errorWords } from './form.js';

/** Milliseconds after the last key at which the search begins. */
const pause = 250;

/** Finds messages, in this room or in all, and goes to them. */
export function searchPanel(chat, id) {
    const list = h('ol', { class: 'results' });
    const status = h('p', { class: 'hint', role: 'status' });
    const words = h('input', { type: 'search', 'aria-label': t('search'), placeholder: t('searchWords'), dir: 'auto', autocomplete: 'off' });
    const everywhere = h('input', { type: 'checkbox' });
    const more = actionButton(t('moreResults'), () => find(cursor), { status });
    let cursor = null, asked = 0, timer = null;
    more.hidden = true;

    async function find(after = null) {
        const turn = (asked += 1);
        const q = words.value.trim();
        if (!q) {
            replace(list);
            status.textContent = '';
            more.hidden = true;
            return;
        }
        const query = new URLSearchParams({ q, limit: 30 });
        if (!everywhere.checked) query.set('room', id);
        if (after) query.set('cursor', after);
        try {
            const page = await session.api('GET', `/search?${query}`);
            if (turn !== asked) return;
            if (!after) replace(list);
            list.append(...page.items.map(result));
            cursor = page.cursor;
            more.hidden = cursor === null;
            status.classList.remove('is-error');
            status.textContent = list.childElementCount ? t('results', { count: list.childElementCount }) : t('noResults');
        } catch (error) {
            if (turn !== asked) return;
            status.classList.add('is-error');
            status.textContent = errorWords(error);
        }
    }

    function result(message) {
        const room = chat.rooms.get(message.room);
        return h('li', {}, h('a', { class: 'result', href: `${roomAddress(message.room)}/${message.seq}` },
            h('span', { class: 'result-head' },
                nameElement(message.from, 'strong'), h('time', { datetime: message.at, class: 'hint' }, formatMoment(new Date(message.at)))),
            message.room !== id && h('span', { class: 'hint', dir: 'auto' }, room?.label(chat.me) ?? message.room),
            h('span', { dir: 'auto', class: 'result-text' }, marked(message))));
    }

    const later = () => {
        clearTimeout(timer);
        timer = setTimeout(() => find(), pause);
    };
    words.addEventListener('input', later);
    everywhere.addEventListener('change', () => find());
    return {
        element: h('div', { class: 'side-body' },
            h('form', { role: 'search', class: 'search-form', 'aria-label': t('search'), on: { submit: (event) => {
                event.preventDefault();
                clearTimeout(timer);
                find();
            } } }, words, h('label', { class: 'check' }, everywhere, t('searchEverywhere'))),
            status, list, more),
        focus: () => words.focus(),
        dispose: () => clearTimeout(timer),
    };
}

/** The text around the first place that was found, with all places marked. */
function marked({ text, highlights = [] }) {
    const start = Math.max(0, (highlights[0]?.start ?? 0) - 60);
    const nodes = [start > 0 ? '…' : ''];
    let at = start;
    for (const { start: from, end } of highlights) {
        nodes.push(text.slice(at, from), h('mark', {}, text.slice(from, end)));
        at = end;
    }
    nodes.push(text.slice(at, start + 400));
    return nodes;
}
