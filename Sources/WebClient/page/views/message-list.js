import { h, reconcile } from '../core/dom.js';
import { formatDay, t } from '../core/language.js';
import { dayElement, messageElement, noteElement, pendingElement, updatePending } from './message.js';

const sameTurn = 5 * 60_000;

/**
 * The messages of a room, scrolled: stays at the end while the reader is there, keeps its place while older ones come
 * in above, reads older ones when the reader gets near the top.
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
    #grewAbove = false;
    #frame = 0;
    #size = '';
    #observer;

    constructor(chat, id) {
        this.#chat = chat;
        this.#id = id;
        this.#list = h('ol', { class: 'messages' });
        this.#top = h('p', { class: 'messages-top' });
        this.#down = h('button', { type: 'button', class: 'to-end', hidden: true, on: { click: () => this.toEnd() } },
            t('newestBelow'));
        this.scroller = h('div', {
            class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('messages', { room: this.#label }),
        }, this.#top, this.#list);
        this.element = h('div', { class: 'message-list' }, this.scroller, this.#down);
        this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        this.#observer = new ResizeObserver(() => {
            if (this.#isAtEnd) this.#jumpToEnd();
        });
        for (const element of [this.scroller, this.#list]) this.#observer.observe(element);
    }

    dispose() {
        cancelAnimationFrame(this.#frame);
        this.#observer.disconnect();
        if (this.room) this.room.isHeld = false;
    }

    get room() {
        return this.#chat.rooms.get(this.#id);
    }

    get #label() {
        return this.room?.label(this.#chat.me) ?? this.#id;
    }

    /** Whether the reader sees the newest message. */
    get isAtEnd() {
        return this.#isAtEnd;
    }

    /** Draws with the next frame: many changes at once are one drawing. */
    schedule() {
        if (this.#frame) return;
        const draw = () => {
            this.#frame = 0;
            this.draw();
        };
        // A hidden page has no frames.
        this.#frame = document.hidden ? setTimeout(draw, 100) : requestAnimationFrame(draw);
    }

    draw() {
        const room = this.room;
        if (!room) return;
        if (!room.timeline.isLoaded) this.#loadOlder();
        const { scroller } = this;
        const heightBelow = scroller.scrollHeight - scroller.scrollTop;
        reconcile(this.#list, this.#nodes, this.#rows(room), (row) => row.key, (row) => this.#make(row),
            (node, row) => this.#update(node, row));
        this.#top.textContent = room.timeline.reachesStart ? t('roomStart', { room: this.#label }) : t('loading');
        if (this.#isAtEnd) this.#jumpToEnd();
        else if (this.#grewAbove) scroller.scrollTop = scroller.scrollHeight - heightBelow;
        this.#grewAbove = false;
        this.#seen();
    }

    /** Scrolls to the newest message. */
    toEnd() {
        this.#isAtEnd = true;
        this.#jumpToEnd();
        this.#seen();
    }

    #rows(room) {
        const rows = [];
        let day = '', previous = null;
        for (const item of room.timeline.items) {
            const at = new Date(item.at);
            const itsDay = at.toDateString();
            if (itsDay !== day) {
                rows.push({ kind: 'day', key: `day ${itsDay}`, at });
                day = itsDay;
                previous = null;
            }
            const isMessage = item.type === 'message';
            const follows = isMessage && previous?.from === item.from && at - new Date(previous.at) < sameTurn;
            rows.push({ kind: item.type, key: `seq ${item.seq}`, item, follows });
            previous = isMessage ? item : null;
        }
        for (const entry of this.#chat.outbox.of(room.id)) {
            if (entry.shadow) continue;
            rows.push({ kind: 'pending', key: `nonce ${entry.nonce}`, entry, follows: previous?.from === this.#chat.me });
            previous = { from: this.#chat.me };
        }
        return rows;
    }

    #make(row) {
        switch (row.kind) {
        case 'day': return dayElement(formatDay(row.at));
        case 'pending': return pendingElement(row.entry, this.#chat.me);
        case 'member': return noteElement(row.item);
        default: return messageElement(row.item);
        }
    }

    #update(node, row) {
        node.classList.toggle('follows', row.follows === true);
        if (row.kind === 'pending') {
            updatePending(node, row.entry, this.#chat.connection.state === 'online', this.#chat.outbox);
        }
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
        this.#isAtEnd = scrollHeight - scrollTop - clientHeight < 48;
        this.#down.hidden = this.#isAtEnd;
        if (this.room) this.room.isHeld = !this.#isAtEnd;
        if (scrollTop < 600) this.#loadOlder();
        this.#seen();
    }

    #jumpToEnd() {
        this.scroller.scrollTop = this.scroller.scrollHeight;
        this.#down.hidden = true;
    }

    async #loadOlder() {
        const { room } = this;
        if (!room || this.#isLoading || (room.timeline.isLoaded && room.timeline.reachesStart)) return;
        this.#isLoading = true;
        try {
            await this.#chat.loadOlder(room);
            this.#grewAbove = true;
        } catch {
            // Tried again with the next scroll, and after the reconnect.
        } finally {
            this.#isLoading = false;
        }
    }

    /** What the reader has before their eyes is read. */
    #seen() {
        const { room } = this;
        if (room?.timeline.isLoaded && this.#isAtEnd && document.visibilityState === 'visible' && document.hasFocus()) {
            this.#chat.markRead(room);
        }
    }
}
