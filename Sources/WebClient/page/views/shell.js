import { h, replace, set } from '../core/dom.js';
import { t } from '../core/language.js';
import { roomAddress } from '../core/router.js';
import { Drawing, reconcile } from '../core/rows.js';
import { session } from '../core/session.js';
import { avatar, showStatus } from './avatar.js';
import { actionButton } from './form.js';

/** What stands around every page of someone who is logged in: the rooms, the ways to the pages, the connection. */
export class Shell {
    /** The page that is shown. */
    view = null;
    #chat;
    #content = h('main', { class: 'content', id: 'content' });
    #rooms = { element: h('ul', { class: 'room-list' }), nodes: new Map() };
    #directs = { element: h('ul', { class: 'room-list' }), nodes: new Map() };
    #state = h('p', { class: 'state', role: 'status' });
    #banner;
    #who = h('strong', { dir: 'auto' });
    #pages;
    #administration;
    #current = '';
    #bannerTimer = null;
    #drawing = new Drawing(() => this.drawRooms());

    constructor(chat) {
        this.#chat = chat;
        const status = h('p', { class: 'form-status', role: 'status' });
        this.#banner = h('p', { class: 'banner', hidden: true }, t('stateBanner'), ' ',
            h('button', { type: 'button', class: 'link', on: { click: () => chat.connection.retry() } }, t('tryNow')));
        this.#administration = this.#link('#/administration', t('administration'));
        this.#pages = h('ul', { class: 'page-list' },
            this.#link('#/rooms', t('findRooms')), this.#link('#/people', t('peopleTitle')),
            this.#link('#/account', t('account')), this.#administration);
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
                h('footer', { class: 'sidebar-foot' }, avatar(session.user.id), this.#who,
                    actionButton(t('logOut'), () => this.#logOut(), { status, class: 'quiet' }), status)),
            h('div', { class: 'stage' }, this.#banner, this.#content));
        this.#directs.title = directs;
        this.listeners = { rooms: () => this.#drawing.schedule(), state: () => this.#drawState() };
        for (const [name, listener] of Object.entries(this.listeners)) chat.addEventListener(name, listener);
        this.named = () => this.#drawing.schedule();
        addEventListener('parley-name', this.named);
        this.present = ({ detail }) => this.#drawPresence(detail);
        chat.presence.addEventListener('changed', this.present);
        this.drawRooms();
        this.#drawState();
    }

    dispose() {
        this.view?.dispose?.();
        this.#drawing.cancel();
        clearTimeout(this.#bannerTimer);
        for (const [name, listener] of Object.entries(this.listeners)) this.#chat.removeEventListener(name, listener);
        removeEventListener('parley-name', this.named);
        this.#chat.presence.removeEventListener('changed', this.present);
    }

    /** Shows a page. `current` is the address that is marked as the current one. */
    show(view, current, isList) {
        this.view?.dispose?.();
        this.view = view;
        this.#current = current;
        replace(this.#content, view.element);
        this.element.classList.toggle('shows-list', isList);
        this.drawRooms();
        for (const link of this.#pages.querySelectorAll('a')) mark(link, link.getAttribute('href') === current);
    }

    /** Brings the focus to the page. */
    focus() {
        if (this.view?.focus) this.view.focus();
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
        set(this.#who, session.user?.name || session.user?.id || '');
        this.#administration.hidden = session.user?.role !== 'admin';
        const title = this.view?.title() ?? '';
        const count = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '';
        const whole = count + [title, 'Parley'].filter(Boolean).join(' · ');
        if (document.title !== whole) document.title = whole;
    }

    #drawList({ element, nodes }, rows) {
        reconcile(element, nodes, rows, ({ room }) => room.id, ({ room }) => h('li', {},
            h('a', { href: roomAddress(room.id) },
                this.#sign(room),
                h('span', { class: 'room-label', dir: 'auto' }), h('span', { class: 'badge' }))),
        (node, { room, label }) => {
            const link = node.firstChild;
            const badge = link.lastChild;
            set(link.querySelector('.room-label'), label);
            mark(link, link.getAttribute('href') === this.#current);
            link.classList.toggle('is-unread', room.unread > 0);
            badge.hidden = room.unread === 0;
            if (room.unread === 0) return;
            const count = room.unread > 99 ? '99+' : String(room.unread);
            set(badge, room.mentions ? `@ ${count}` : count);
            const words = t('unread', { count: room.unread });
            badge.setAttribute('aria-label', room.mentions ? `${words}, ${t('mentionsYou')}` : words);
        });
    }

    #sign(room) {
        const others = room.others(this.#chat.me);
        if (room.kind === 'direct' && others.length === 1) return avatar(others[0], this.#chat.presence);
        return h('span', { class: 'room-sign', 'aria-hidden': 'true' }, sign(room.kind));
    }

    #drawPresence(user) {
        for (const dot of document.querySelectorAll(`[data-status-of="${CSS.escape(user)}"]`)) {
            showStatus(dot, this.#chat.presence.of(user));
        }
    }

    #drawState() {
        const { state } = this.#chat.connection;
        this.#state.dataset.state = state;
        set(this.#state, t(`state_${state}`));
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
