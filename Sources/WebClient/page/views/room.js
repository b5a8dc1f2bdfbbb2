import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { learnNames, nameElement } from '../core/names.js';
import { go } from '../core/router.js';
import { session } from '../core/session.js';
import { avatar } from './avatar.js';
import { composer } from './composer.js';
import { actionButton, field, form } from './form.js';
import { MessageList } from './message-list.js';

/** One room: its head, its messages and the place to write. */
export function roomView(chat, id) {
    const room = () => chat.rooms.get(id);
    if (!room()) return missingView(chat, id);
    const label = () => room()?.label(chat.me) ?? id;
    const title = h('h1', { tabindex: '-1', dir: 'auto' });
    const about = h('p', { class: 'topic', dir: 'auto' });
    const list = new MessageList(chat, id);
    const write = composer({
        room, label: label(), send: (text) => {
            list.toEnd();
            chat.outbox.add(id, text);
        },
    });
    const details = membersPanel(chat, id);
    const element = h('div', { class: 'room' },
        h('header', { class: 'page-header' },
            h('a', { href: '#/', class: 'back', 'aria-label': t('back') }, '‹'),
            h('div', { class: 'page-title' }, title, about),
            details.button),
        details.element, list.element, write.element);

    function head() {
        if (!room()) return;
        title.textContent = label();
        const { topic, members, kind } = room();
        about.textContent = kind === 'direct' ? '' : [t('members', { count: members }), topic].filter(Boolean).join(' · ');
    }

    const listeners = {
        rooms() {
            if (!room()) go('#/');
            head();
        },
        room(event) {
            if (event.detail === id) list.schedule();
        },
        state() {
            list.schedule();
        },
    };
    for (const [name, listener] of Object.entries(listeners)) chat.addEventListener(name, listener);
    const redraw = () => {
        head();
        list.schedule();
    };
    for (const name of ['focus', 'parley-name']) addEventListener(name, redraw);
    head();
    list.schedule();
    return {
        element, title: label, focus: () => (matchMedia('(pointer: fine)').matches ? write.focus() : title.focus()),
        dispose() {
            list.dispose();
            for (const [name, listener] of Object.entries(listeners)) chat.removeEventListener(name, listener);
            for (const name of ['focus', 'parley-name']) removeEventListener(name, redraw);
        },
    };
}

/** Members, adding one, leaving; opened by a button. */
function membersPanel(chat, id) {
    const element = h('section', { class: 'panel', id: 'members', 'aria-label': t('memberList'), hidden: true });
    const button = h('button', {
        type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': 'members', on: { click: toggle },
    }, t('memberList'));

    function toggle() {
        element.hidden = !element.hidden;
        button.setAttribute('aria-expanded', String(!element.hidden));
        if (!element.hidden) fill();
    }

    async function fill() {
        const room = chat.rooms.get(id);
        const status = h('p', { class: 'form-status', role: 'status' });
        const list = h('ul', { class: 'member-list' });
        const mayAdd = room.kind !== 'direct' && ['owner', 'moderator'].includes(room.role);
        replace(element, list,
            mayAdd && form({
                label: t('invitePerson'), action: t('add'), className: 'form inline', async submit({ user }, place) {
                    await chat.invite(id, user.trim().toLowerCase());
                    place.reset();
                    await show();
                },
            }, field('user', t('invitePerson'), { required: true, autocomplete: 'off', autocapitalize: 'none', dir: 'ltr' })),
            room.kind !== 'direct' && actionButton(t('leave'), async () => {
                if (!confirm(t('leaveConfirm', { room: room.label(chat.me) }))) return;
                await chat.leave(id);
                go('#/');
            }, { status, class: 'danger' }),
            status);

        async function show() {
            const members = await session.list(`/rooms/${part(id)}/members`);
            learnNames(members.map(({ user, name }) => ({ id: user, name })));
            replace(list, members.map((member) => h('li', {},
                avatar(member.user), nameElement(member.user),
                h('span', { class: 'hint' }, member.role === 'member' ? `@${member.user}` : t(`role_${member.role}`)))));
        }
        show().catch(() => replace(list, h('li', {}, t('error_unreachable'))));
    }

    return { element, button };
}

function missingView(chat, id) {
    const listener = () => {
        if (chat.rooms.has(id)) dispatchEvent(new Event('hashchange'));
    };
    chat.addEventListener('rooms', listener);
    const isKnown = chat.connection.state === 'online';
    return {
        element: h('div', { class: 'page' },
            h('header', { class: 'page-header' },
                h('a', { href: '#/', class: 'back', 'aria-label': t('back') }, '‹'),
                h('div', { class: 'page-title' }, h('h1', { tabindex: '-1', dir: 'auto' }, id))),
            h('p', {}, isKnown ? t('roomMissing') : t('loading'))),
        title: () => id,
        dispose: () => chat.removeEventListener('rooms', listener),
    };
}
