import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { learnNames, nameElement } from '../core/names.js';
import { go, roomAddress } from '../core/router.js';
import { session } from '../core/session.js';
import { avatar } from './avatar.js';
import { actionButton, errorWords, field } from './form.js';
import { page, section } from './page.js';

const mostPeople = 7;

/** Start a direct chat with one person or a few. */
export function peopleView(chat) {
    const chosen = new Set();
    const list = h('ul', { class: 'cards' });
    const status = h('p', { class: 'form-status', role: 'status' });
    const search = field('query', t('filter'), { type: 'search', autocomplete: 'off' });
    const start = actionButton(t('startChat'), async () => go(roomAddress(await chat.direct([...chosen]))), {
        status, class: 'primary',
    });
    let asked = 0;

    async function show() {
        const turn = (asked += 1);
        const text = search.querySelector('input').value.trim();
        try {
            const { items } = await session.api('GET', `/users?limit=100&query=${encodeURIComponent(text)}`);
            if (turn !== asked) return;
            learnNames(items);
            chat.presence.learn(items);
            const others = items.filter(({ id }) => id !== chat.me);
            replace(list, others.map(({ id }) => person(id)));
            status.classList.remove('is-error');
            status.textContent = others.length ? '' : t('noPeopleFound');
        } catch (error) {
            status.classList.add('is-error');
            status.textContent = errorWords(error);
        }
        update();
    }

    function person(id) {
        const box = h('input', { type: 'checkbox', value: id, on: { change: ({ target }) => {
            if (target.checked) chosen.add(id);
            else chosen.delete(id);
            update();
        } } });
        box.checked = chosen.has(id);
        return h('li', {}, h('label', { class: 'card person' },
            box, avatar(id, chat.presence), nameElement(id), h('span', { class: 'hint' }, `@${id}`)));
    }

    function update() {
        start.hidden = chosen.size === 0;
        for (const box of list.querySelectorAll('input')) box.disabled = !box.checked && chosen.size >= mostPeople;
    }

    search.addEventListener('input', show);
    show();
    return page(t('people'), section(t('peopleTitle'), h('p', {}, t('peopleLead')), search, status, list,
        h('div', { class: 'actions sticky' }, start)));
}
