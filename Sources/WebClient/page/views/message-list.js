import { h, set } from '../core/dom.js';
import { formatDay, t } from '../core/language.js';
import { nameOf } from '../core/names.js';
import { Drawing, reconcile } from '../core/rows.js';
import {
    dividerElement, messageElement, noteElement, pendingElement, seenElement, updatePending, updateSeen,
} from './message.js';

const sameTurn = 5 * 60_000;
const times = new WeakMap();
/** So many new rows go in with one frame, at each end; a quarter of what waits, where that is more. */
const mostAtOnce = 16;
/** Pixels from either end of what is there at which the next page is read. */
const readAhead = 1500;

/**
 * The messages of a room, scrolled: stays at the end while the reader is there, keeps the place of what they read while
 * messages come in above and below, and reads on in both directions as they get near. Only a stretch of the room is
 * there at any time, however long the room is.
 */
export class MessageList {
    #chat;
    #id;
    #nodes = new Map();
    #list;
    #top;
    #down;
    #isAtEnd = true;
    #isLoading = false;
    #drawing = new Drawing(() => this.draw());
    #size = '';
    /** Rows are still to go in with the next frames. */
    #isPartial = false;
    #observer;
    #newFrom;
    #missed = 0;
    #goal = null;

    constructor(chat, id) {
        this.#chat = chat;
        this.#id = id;
        this.#list = h('ol', { class: 'messages' });
        this.#top = h('p', { class: 'messages-top' });
        this.#down = h('button', { type: 'button', class: 'to-end', hidden: true, on: { click: () => this.toEnd() } });
        this.scroller = h('div', {
            class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('messages', { room: this.#label }),
        }, this.#top, this.#list);
        this.element = h('div', { class: 'message-list' }, this.scroller, this.#down);
        this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        this.#observer = new ResizeObserver(() => {
            if (this.#isAtEnd) this.#jumpToEnd();
        });
        for (const element of [this.scroller, this.#list]) this.#observer.observe(element);
        const { room } = this;
        this.#newFrom = room?.unread > 0 ? room.read : null;
    }

    dispose() {
        this.#drawing.cancel();
        this.#observer.disconnect();
        const { room } = this;
        if (!room) return;
        room.isHeld = false;
        room.isWatched = false;
        // Next time the room opens at its end.
        if (!room.timeline.reachesEnd) room.timeline.reset();
    }

    get room() {
        return this.#chat.rooms.get(this.#id);
    }

    get #label() {
        return this.room?.label(this.#chat.me) ?? this.#id;
    }

    /** The element of a message that is on the page. */
    row(seq) {
        return this.#nodes.get(`seq ${seq}`);
    }

    /** Draws with the next frame: many changes at once are one drawing. */
    schedule() {
        this.#drawing.schedule();
    }

    draw() {
        const { room, scroller } = this;
        if (!room) return;
        if (!room.timeline.isLoaded) this.#load('loadOlder');
        const anchor = this.#isAtEnd ? null : this.#anchor();
        const rows = this.#rows(room);
        const portion = this.#portion(rows);
        this.#isPartial = portion.length < rows.length;
        reconcile(this.#list, this.#nodes, portion, (row) => row.key, (row) => this.#make(row),
            (node, row) => this.#update(node, row));
        set(this.#top, room.timeline.reachesStart
            ? t(room.kind === 'direct' ? 'chatStart' : 'roomStart', { room: this.#label }) : t('loading'));
        if (this.#goal !== null) this.#reach();
        else if (this.#isAtEnd) this.#jumpToEnd();
        else if (anchor?.node.isConnected) scroller.scrollTop = anchor.node.offsetTop - anchor.offset;
        if (this.#isPartial) this.#drawing.schedule();
        else this.#readOn();
        this.#drawDown();
        this.#seen();
    }

    /** Scrolls to the newest message, reading it when it is not here. */
    async toEnd() {
        const { room } = this;
        if (!room) return;
        if (!room.timeline.reachesEnd) {
            await this.#load('end');
            this.#isAtEnd = true;
            this.draw();
        }
        this.#isAtEnd = true;
        room.isHeld = false;
        this.#missed = 0;
        this.#jumpToEnd();
        this.#drawDown();
        this.#seen();
    }

    /** Goes to a message, wherever it is in the room. Answers whether it is still there. */
    async jump(seq) {
        const { room } = this;
        if (!room) return false;
        this.#isAtEnd = false;
        room.isHeld = true;
        this.#goal = seq;
        const isThere = await this.#chat.history.jump(room, seq).catch(() => false);
        if (isThere) this.draw();
        else this.#goal = null;
        return isThere;
    }

    #reach() {
        const node = this.row(this.#goal);
        if (!node) return;
        this.#goal = null;
        const { scroller } = this;
        scroller.scrollTop = node.offsetTop - (scroller.clientHeight - node.offsetHeight) / 2;
        node.classList.add('is-goal');
        node.addEventListener('animationend', () => node.classList.remove('is-goal'), { once: true });
        node.focus({ preventScroll: true });
    }

    /** A row that the reader has before their eyes, and how far it is from the top. */
    #anchor() {
        const { scrollTop } = this.scroller;
        const { children } = this.#list;
        let low = 0, high = children.length - 1;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (children[middle].offsetTop + children[middle].offsetHeight > scrollTop) high = middle;
            else low = middle + 1;
        }
        const node = children[low];
        return node ? { node, offset: node.offsetTop - scrollTop } : null;
    }

    /**
     * The rows that stand there after this drawing: those that do by now, and a few more at each end. The first ones
     * go in at the goal of a jump or at the end.
     */
    #portion(rows) {
        const stands = (row) => row.item !== undefined && this.#nodes.has(row.key);
        let first = rows.findIndex(stands);
        let last = rows.findLastIndex(stands);
        if (first < 0) {
            const goal = this.#goal === null ? -1 : rows.findIndex(({ item }) => item?.seq === this.#goal);
            last = goal < 0 ? rows.length - 1 : goal;
            first = last + 1;
        }
        const some = (count) => Math.min(count, Math.max(mostAtOnce, Math.ceil(count / 4)));
        return rows.slice(first - some(first), last + 1 + some(rows.length - 1 - last));
    }

    #rows(room) {
        const rows = [];
        const { timeline } = room;
        let day = '', previous = null, isNew = false;
        for (const item of timeline.items) {
            // Who is in a direct chat does not change, and its name says it.
            if (item.type === 'member' && room.kind === 'direct') continue;
            const { at, day: itsDay } = timeOf(item);
            if (itsDay !== day) {
                rows.push({ kind: 'day', key: `day ${itsDay}`, at });
                day = itsDay;
                previous = null;
            }
            const isMessage = item.type === 'message';
            if (isMessage && !isNew && this.#newFrom !== null && item.seq > this.#newFrom && item.from !== this.#chat.me) {
                isNew = true;
                rows.push({ kind: 'new', key: 'new' });
                previous = null;
            }
            const follows = isMessage && previous?.from === item.from && !item.reply_to
                && at - timeOf(previous).at < sameTurn;
            rows.push({ kind: item.type, key: `seq ${item.seq}`, item, follows });
            previous = isMessage ? item : null;
        }
        if (!timeline.reachesEnd) return rows;
        this.#pushSeen(rows, room);
        for (const entry of this.#chat.outbox.of(room.id)) {
            if (entry.shadow) continue;
            rows.push({ kind: 'pending', key: `nonce ${entry.nonce}`, entry, follows: previous?.from === this.#chat.me });
            previous = { from: this.#chat.me };
        }
        return rows;
    }

    #pushSeen(rows, room) {
        const { item } = rows.at(-1) ?? {};
        if (item?.type !== 'message' || item.from !== this.#chat.me) return;
        const users = [...room.receipts].filter(([, read]) => read >= item.seq).map(([user]) => user);
        if (users.length) rows.push({ kind: 'seen', key: 'seen', users });
    }

    #make(row) {
        switch (row.kind) {
        case 'day': return dividerElement(formatDay(row.at), 'day');
        case 'new': return dividerElement(t('newMessages'), 'day is-new');
        case 'seen': return seenElement();
        case 'pending': return pendingElement(row.entry, this.#chat.me);
        case 'member': return noteElement(row.item);
        default: return this.#message(row.item);
        }
    }

    #message(item) {
        const { room } = this;
        const node = messageElement(item, { me: this.#chat.me, quote: (seq) => this.#chat.history.message(room, seq) });
        node.revision = item.revision ?? 0;
        return node;
    }

    #update(node, row) {
        let current = node;
        if (row.kind === 'message' && node.revision !== (row.item.revision ?? 0)) {
            current = this.#message(row.item);
            // Whoever had the focus in it does not lose their place.
            if (node.contains(document.activeElement)) queueMicrotask(() => current.focus({ preventScroll: true }));
        }
        current.classList.toggle('follows', row.follows === true);
        if (row.kind === 'pending') {
            updatePending(current, row.entry, this.#chat.connection.state === 'online', this.#chat.outbox);
        }
        if (row.kind === 'seen') updateSeen(current, row.users);
        return current;
    }

    #scrolled() {
        const { scrollTop, scrollHeight, clientWidth, clientHeight } = this.scroller;
        const size = `${clientWidth} ${clientHeight}`;
        // A window that changes scrolls, too, but its reader did not leave the end.
        if (size !== this.#size && this.#isAtEnd) {
            this.#size = size;
            this.#jumpToEnd();
            return;
        }
        this.#size = size;
        const { room } = this;
        this.#isAtEnd = room?.timeline.reachesEnd !== false && scrollHeight - scrollTop - clientHeight < 48;
        if (this.#isAtEnd) this.#missed = 0;
        if (room) room.isHeld = !this.#isAtEnd;
        this.#readOn();
        this.#drawDown();
        this.#seen();
    }

    /** Reads the next page in the direction of an end that is near. */
    #readOn() {
        const { room, scroller } = this;
        if (!room?.timeline.isLoaded || this.#goal !== null || this.#isPartial) return;
        const { scrollTop, scrollHeight, clientHeight } = scroller;
        if (!room.timeline.reachesStart && scrollTop < readAhead) this.#load('loadOlder');
        else if (!room.timeline.reachesEnd && scrollHeight - scrollTop - clientHeight < readAhead) this.#load('loadNewer');
    }

    #jumpToEnd() {
        this.scroller.scrollTop = this.scroller.scrollHeight;
    }

    /** A message has come that the reader does not see. */
    missed() {
        if (this.#isAtEnd) return;
        this.#missed += 1;
        this.#drawDown();
    }

    #drawDown() {
        const isHidden = this.#isAtEnd;
        if (this.#down.hidden !== isHidden) this.#down.hidden = isHidden;
        if (isHidden) return;
        const words = this.#missed ? t('newBelow', { count: this.#missed }) : t('newestBelow');
        if (this.#down.textContent !== words) this.#down.textContent = words;
    }

    async #load(direction) {
        const { room } = this;
        if (!room || this.#isLoading) return;
        this.#isLoading = true;
        try {
            await this.#chat.history[direction](room);
        } catch {
            // Tried again with the next scroll, and after the reconnect.
        } finally {
            this.#isLoading = false;
        }
    }

    /** What the reader has before their eyes is read. */
    #seen() {
        const { room } = this;
        if (!room) return;
        room.isWatched = room.timeline.isLoaded && this.#isAtEnd && document.visibilityState === 'visible' && document.hasFocus();
        if (room.isWatched) this.#chat.markRead(room);
    }

    /** Says who is writing, in words; empty when nobody is. */
    get typingWords() {
        const users = [...this.room?.typing.keys() ?? []];
        if (!users.length) return '';
        if (users.length > 3) return t('typingMany');
        return t('typing', { count: users.length, names: users.map(nameOf).join(', ') });
    }
}

/** When an item came, and the name of that day: made once, as every drawing asks for all of them. */
function timeOf(item) {
    let time = times.get(item);
    if (!time) {
        const at = new Date(item.at);
        time = { at, day: at.toDateString() };
        times.set(item, time);
    }
    return time;
}
