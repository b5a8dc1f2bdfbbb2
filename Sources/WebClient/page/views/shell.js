import { h, reconcile, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { roomAddress } from '../core/router.js';
import { session } from '../core/session.js';
import { actionButton } from './form.js';

/** What stands around every page of someone who is logged in: the rooms, the ways to the pages, the connection. */
export class Shell {
    #chat;
    #content = h('main', { class: 'content', id: 'content' });
    #rooms = { element: h('ul', { class: 'room-list' }), nodes: new Map() };
    #directs = { element: h('ul', { class: 'room-list' }), nodes: new Map() };
    #state = h('p', { class: 'state', role: 'status' });
    #banner = h('p', { class: 'banner', hidden: true }, t('stateBanner'));
    #who = h('strong', { dir: 'auto' });
    #pages;
    #view = null;
    #current = '';
    #bannerTimer = null;

    constructor(chat) {
        this.#chat = chat;
        const status = h('p', { class: 'form-status', role: 'status' });
        this.#pages = h('ul', { class: 'page-list' },
            this.#link('#/rooms', t('findRooms')), this.#link('#/people', t('peopleTitle')),
            this.#link('#/account', t('account')),
            session.user.role === 'admin' && this.#link('#/administration', t('administration')));
        const directs = h('h2', { id: 'directs-title' }, t('directChats'));
        this.element = h('div', { class: 'shell' },
            h('a', { class: 'skip', href: '#content', on: { click: (event) => {
                event.preventDefault();
                this.focus();
            } } }, t('skip')),
            h('div', { class: 'sidebar' },
                h('header', { class: 'sidebar-head' }, h('p', { class: 'brand' }, 'Parley'), this.#state),
                h('nav', { class: 'rooms', 'aria-label': t('roomList') },
                    h('h2', { id: 'rooms-title' }, t('rooms')), this.#rooms.element, directs, this.#directs.element),
                h('nav', { class: 'pages', 'aria-label': 'Parley' }, this.#pages),
                h('footer', { class: 'sidebar-foot' }, this.#who,
                    actionButton(t('logOut'), () => this.#logOut(), { status, class: 'quiet' }), status)),
            h('div', { class: 'stage' }, this.#banner, this.#content));
        this.#directs.title = directs;
        this.listeners = { rooms: () => this.drawRooms(), state: () => this.#drawState() };
        for (const [name, listener] of Object.entries(this.listeners)) chat.addEventListener(name, listener);
        this.named = () => this.drawRooms();
        addEventListener('parley-name', this.named);
        this.drawRooms();
        this.#drawState();
    }

    dispose() {
        this.#view?.dispose?.();
        clearTimeout(this.#bannerTimer);
        for (const [name, listener] of Object.entries(this.listeners)) this.#chat.removeEventListener(name, listener);
        removeEventListener('parley-name', this.named);
    }

    /** Shows a page. `current` is the address that is marked as the current one. */
    show(view, current, isList) {
        this.#view?.dispose?.();
        this.#view = view;
        this.#current = current;
        replace(this.#content, view.element);
        this.element.classList.toggle('shows-list', isList);
        this.drawRooms();
        for (const link of this.#pages.querySelectorAll('a')) mark(link, link.getAttribute('href') === current);
    }

    /** Brings the focus to the page. */
    focus() {
        if (this.#view?.focus) this.#view.focus();
        else this.#content.querySelector('h1')?.focus();
    }

    drawRooms() {
        const { me, rooms, unread } = this.#chat;
        const named = [...rooms.values()].map((room) => ({ room, label: room.label(me) }));
        named.sort((a, b) => a.label.localeCompare(b.label));
        this.#drawList(this.#rooms, named.filter(({ room }) => room.kind !== 'direct'));
        const directs = named.filter(({ room }) => room.kind === 'direct');
        this.#drawList(this.#directs, directs);
        this.#directs.title.hidden = directs.length === 0;
        this.#who.textContent = session.user?.name || session.user?.id || '';
        const title = this.#view?.title() ?? '';
        document.title = [unread > 0 ? `(${unread})` : '', title, 'Parley'].filter(Boolean).join(' · ').replace(') · ', ') ');
    }

    #drawList({ element, nodes }, rows) {
        reconcile(element, nodes, rows, ({ room }) => room.id, ({ room }) => h('li', {},
            h('a', { href: roomAddress(room.id) },
                h('span', { class: 'room-sign', 'aria-hidden': 'true' }, sign(room.kind)),
                h('span', { class: 'room-label', dir: 'auto' }), h('span', { class: 'badge' }))),
        (node, { room, label }) => {
            const link = node.firstChild;
            const badge = link.lastChild;
            link.querySelector('.room-label').textContent = label;
            mark(link, link.getAttribute('href') === this.#current);
            link.classList.toggle('is-unread', room.unread > 0);
            badge.hidden = room.unread === 0;
            badge.textContent = room.unread > 99 ? '99+' : String(room.unread);
            badge.setAttribute('aria-label', t('unread', { count: room.unread }));
        });
    }

    #drawState() {
        const { state } = this.#chat.connection;
        this.#state.dataset.state = state;
        this.#state.textContent = t(`state_${state}`);
        clearTimeout(this.#bannerTimer);
        if (state === 'online') this.#banner.hidden = true;
        // A restart of a second is not worth a line that moves everything.
        else this.#bannerTimer = setTimeout(() => { this.#banner.hidden = false; }, 1500);
    }

    async #logOut() {
        this.#chat.stop();
        try {
            await session.logOut();
        } catch (error) {
            this.#chat.start();
            throw error;
        }
    }

    #link(href, words) {
        return h('li', {}, h('a', { href }, words));
    }
}

function sign(kind) {
    return { public: '#', private: '◆', direct: '@' }[kind] ?? '#';
}

function mark(link, isCurrent) {
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}
