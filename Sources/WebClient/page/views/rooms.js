import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { go, roomAddress } from '../core/router.js';
import { session } from '../core/session.js';
import { actionButton, errorWords, field, form } from './form.js';
import { page, section } from './page.js';

/** Find public rooms, join them, create one. */
export function roomsView(chat) {
    const list = h('ul', { class: 'cards' });
    const status = h('p', { class: 'form-status', role: 'status' }, t('loading'));
    const search = field('filter', t('filter'), { type: 'search', autocomplete: 'off' });
    let rooms = [];

    function show() {
        const text = search.querySelector('input').value.trim().toLowerCase();
        const found = rooms.filter((room) => room.kind === 'public'
            && [room.id, room.title, room.topic].some((words) => words?.toLowerCase().includes(text)));
        replace(list, found.map(card));
        if (!status.classList.contains('is-error')) status.textContent = found.length ? '' : t('noRoomsFound');
    }

    function card(room) {
        const isMine = chat.rooms.has(room.id);
        return h('li', { class: 'card' },
            h('div', {},
                h('h3', { dir: 'auto' }, room.title || room.id),
                h('p', { class: 'hint', dir: 'auto' },
                    [`#${room.id}`, t('members', { count: room.members }), room.topic].filter(Boolean).join(' · '))),
            isMine
                ? h('a', { class: 'button', href: roomAddress(room.id) }, t('open'))
                : actionButton(t('join'), async () => {
                    await chat.join(room.id);
                    go(roomAddress(room.id));
                }, { status, class: 'primary' }));
    }

    search.addEventListener('input', show);
    session.list('/rooms').then((items) => {
        rooms = items;
        show();
    }, (error) => {
        status.classList.add('is-error');
        status.textContent = errorWords(error);
    });
    return page(t('findRoomsTitle'),
        section(t('publicRooms'), search, status, list),
        section(t('createRoom'), form({
            label: t('createRoom'), action: t('createRoom'),
            async submit({ id, title, topic, kind }) {
                const fields = { id: id.trim().toLowerCase(), kind };
                if (title.trim()) fields.title = title.trim();
                if (topic.trim()) fields.topic = topic.trim();
                go(roomAddress(await chat.create(fields)));
            },
        },
        field('id', t('roomName'), {
            required: true, maxlength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', dir: 'ltr',
        }, t('roomNameHint')),
        field('title', t('roomTitle'), { maxlength: 80, autocomplete: 'off' }),
        field('topic', t('roomTopic'), { maxlength: 500, autocomplete: 'off' }),
        field('kind', t('roomKind'), { options: [['public', t('kindPublic')], ['private', t('kindPrivate')]] }))));
}
