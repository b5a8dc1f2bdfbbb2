import { h, set } from '../core/dom.js';
import { t } from '../core/language.js';
import { go } from '../core/router.js';
import { Drawing } from '../core/rows.js';
import { avatar } from './avatar.js';
import { Composer } from './composer.js';
import { icon } from './icons.js';
import { MessageList } from './message-list.js';
import { MessageTools } from './message-tools.js';
import { membersPanel } from './members-panel.js';
import { searchPanel } from './search-panel.js';
import { SidePanel } from './side-panel.js';

/** One room: its head, its messages, the place to write, and beside them its members or a search. `seq` is gone to. */
export function roomView(chat, id, seq = null) {
    const room = () => chat.rooms.get(id);
    if (!room()) return missingView(chat, id);
    const label = () => room()?.label(chat.me) ?? id;
    const title = h('h1', { tabindex: '-1', dir: 'auto' });
    const about = h('p', { class: 'topic', dir: 'auto' });
    const face = h('span', { class: 'face' });
    const typing = h('p', { class: 'typing', 'aria-live': 'off' });
    const list = new MessageList(chat, id);
    const write = new Composer(chat, id, label(), {
        send(text, extra) {
            chat.outbox.add(id, text, extra);
            list.toEnd();
        },
        last: () => room()?.timeline.items.findLast((item) => item.from === chat.me && item.type === 'message' && !item.deleted),
    });
    const jump = async (target) => {
        if (!await list.jump(target)) write.fail(t('messageGone'));
    };
    new MessageTools(chat, list, {
        reply: (message) => write.reply(message), edit: (message) => write.edit(message), jump,
        fail: (words) => write.fail(words), leave: () => write.focus(),
    });
    const side = new SidePanel({
        members: { words: t('memberList'), icon: 'people', make: () => membersPanel(chat, id) },
        search: { words: t('search'), icon: 'search', make: () => searchPanel(chat, id) },
    });
    const element = h('div', { class: 'room' },
        h('header', { class: 'page-header' },
            h('a', { href: '#/', class: 'back', 'aria-label': t('back') }, icon('back')),
            face, h('div', { class: 'page-title' }, title, about),
            side.buttons),
        h('div', { class: 'room-body' },
            h('section', { class: 'conversation', 'aria-label': t('conversation') }, list.element, typing, write.element),
            side.element));
    acceptFiles(element, (files) => write.attach(files));

    const drawing = new Drawing(head);
    function head() {
        if (!room()) return;
        set(title, label());
        const { topic, members, kind } = room();
        const others = room().others(chat.me);
        set(about, kind === 'direct'
            ? others.length === 1 ? statusWords(chat.presence.of(others[0])) : t('members', { count: members })
            : [t('members', { count: members }), topic].filter(Boolean).join(' · '));
        if (kind === 'direct' && others.length === 1 && !face.firstChild) face.append(avatar(others[0], chat.presence));
        write.update();
    }

    const listeners = {
        rooms() {
            if (room()) drawing.schedule();
            else go('#/');
        },
        room(event) {
            if (event.detail === id) list.schedule();
        },
        message(event) {
            if (event.detail.room === id) list.missed();
        },
        typing(event) {
            if (event.detail === id) typing.textContent = list.typingWords;
        },
        state() {
            list.schedule();
        },
    };
    for (const [name, listener] of Object.entries(listeners)) chat.addEventListener(name, listener);
    const redraw = ({ type }) => {
        if (type === 'focus') chat.verify(id);
        head();
        list.schedule();
    };
    for (const name of ['focus', 'blur', 'parley-name']) addEventListener(name, redraw);
    document.addEventListener('visibilitychange', redraw);
    chat.presence.addEventListener('changed', head);
    head();
    if (seq === null) list.schedule();
    else jump(seq);
    return {
        element, title: label, jump, id,
        focus() {
            if (seq !== null) return;
            if (matchMedia('(pointer: fine)').matches) write.focus();
            else title.focus();
        },
        openSearch: () => side.open('search'),
        dispose() {
            drawing.cancel();
            list.dispose();
            write.dispose();
            side.dispose();
            for (const [name, listener] of Object.entries(listeners)) chat.removeEventListener(name, listener);
            for (const name of ['focus', 'blur', 'parley-name']) removeEventListener(name, redraw);
            document.removeEventListener('visibilitychange', redraw);
            chat.presence.removeEventListener('changed', head);
        },
    };
}

/** What a presence is in words; nothing while it is not known. */
export function statusWords(status) {
    return status ? t(`status_${status}`) : '';
}

/** Takes files that are dropped anywhere on the room. */
function acceptFiles(element, take) {
    const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
    element.addEventListener('dragover', (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        element.classList.add('is-target');
    });
    element.addEventListener('dragleave', (event) => {
        if (!element.contains(event.relatedTarget)) element.classList.remove('is-target');
    });
    element.addEventListener('drop', (event) => {
        element.classList.remove('is-target');
        if (!hasFiles(event)) return;
        event.preventDefault();
        take([...event.dataTransfer.files]);
    });
}

function missingView(chat, id) {
    const listener = () => {
        if (chat.rooms.has(id)) dispatchEvent(new Event('hashchange'));
    };
    for (const name of ['rooms', 'state']) chat.addEventListener(name, listener);
    const isKnown = chat.connection.state === 'online';
    return {
        element: h('div', { class: 'page' },
            h('header', { class: 'page-header' },
                h('a', { href: '#/', class: 'back', 'aria-label': t('back') }, icon('back')),
                h('div', { class: 'page-title' }, h('h1', { tabindex: '-1', dir: 'auto' }, id))),
            h('p', {}, isKnown ? t('roomMissing') : t('loading'))),
        title: () => id,
        dispose() {
            for (const name of ['rooms', 'state']) chat.removeEventListener(name, listener);
        },
    };
}
