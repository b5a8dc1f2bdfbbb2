import { part } from '../core/http.js';
import { session } from '../core/session.js';
import { drop, keep, stored } from '../core/store.js';
import { Room } from './room.js';

/** Few enough that drawing them takes no long task. */
const pageSize = 50;
/** Messages of a room that are kept for the next start. */
const mostStored = 60;
/** Milliseconds from a change to its writing. */
const patience = 1500;

/** Reads the messages of rooms, page by page in both directions, and keeps the newest for a fast start. */
export class History {
    #chat;
    #changed = new Map();
    #timer = null;
    #isOver = false;
    #hide = () => this.#write();

    constructor(chat) {
        this.#chat = chat;
        addEventListener('pagehide', this.#hide);
    }

    /** The rooms as they were kept. */
    async restore() {
        const kept = await stored('rooms');
        return kept.filter((entry) => entry.user === this.#chat.me).map(({ info, last, lastMessage, items, isLoaded, reachesStart }) => {
            const room = new Room(info, last);
            room.lastMessage = lastMessage;
            room.timeline.addOlder(items, !reachesStart);
            room.timeline.isLoaded = isLoaded;
            return room;
        });
    }

    /** Reads the page before what is there, or the newest one. */
    async loadOlder(room) {
        const { timeline } = room;
        const before = timeline.isLoaded ? timeline.first : undefined;
        const page = await this.#page(room, before === undefined ? {} : { before });
        timeline.addOlder(page.messages, page.more);
        if (before !== undefined) timeline.trimEnd();
        else room.lastMessage = Math.max(room.lastMessage, timeline.last ?? 0);
        this.#finish(room);
    }

    /** Reads the page after what is there. */
    async loadNewer(room) {
        const { timeline } = room;
        const page = await this.#page(room, { after: timeline.last });
        // What came over the socket meanwhile and is not in the page is read with the next one.
        const newest = Math.max(timeline.last, page.messages.at(-1)?.seq ?? 0);
        timeline.addNewer(page.messages, !page.more && newest >= room.lastMessage);
        timeline.trimStart();
        this.#finish(room);
    }

    /** Goes to the messages around that one. Answers whether it is there. */
    async jump(room, seq) {
        const { timeline } = room;
        if (!timeline.at(seq)) {
            const page = await this.#page(room, { before: seq + pageSize / 2 });
            if (!page.messages.some((message) => message.seq === seq)) return false;
            timeline.restart(page.messages);
            this.#finish(room);
        }
        return true;
    }

    /** Goes to the end of the room. */
    async end(room) {
        room.timeline.reset();
        await this.loadOlder(room);
    }

    /** One message, wherever it is; null when it is gone. Answers at once when it is known, with a promise else. */
    message(room, seq) {
        const known = room.timeline.at(seq) ?? room.quotes.get(seq);
        if (known !== undefined) return known;
        const reading = this.#page(room, { before: seq + 1 }, 1).then(({ messages }) => {
            const found = messages.find((message) => message.seq === seq) ?? null;
            room.quotes.set(seq, found);
            return found;
        }, () => {
            room.quotes.delete(seq);
            return null;
        });
        room.quotes.set(seq, reading);
        return reading;
    }

    /** The room's messages changed: keeps them soon. */
    changed(room) {
        this.#changed.set(room.id, room);
        this.#timer ??= setTimeout(() => this.#write(), patience);
    }

    /** Removes what is kept of a room. */
    forget(id) {
        this.#changed.delete(id);
        drop('rooms', id);
    }

    stop() {
        this.#isOver = true;
        clearTimeout(this.#timer);
        removeEventListener('pagehide', this.#hide);
    }

    #page(room, query, limit = pageSize) {
        const path = `/rooms/${part(room.id)}/messages?${new URLSearchParams({ limit, ...query })}`;
        return this.#chat.inside(room.id, () => session.api('GET', path));
    }

    #finish(room) {
        if (room.timeline.reachesEnd) this.changed(room);
        this.#chat.tell('room', room.id);
    }

    #write() {
        clearTimeout(this.#timer);
        this.#timer = null;
        // Nothing is kept after the end of the session, in this tab or another.
        if (this.#isOver || !session.isKept) return;
        for (const room of this.#changed.values()) {
            const { timeline, last, lastMessage, info, id } = room;
            if (!timeline.reachesEnd) continue;
            const items = timeline.items.slice(-mostStored);
            keep('rooms', id, {
                user: this.#chat.me, info, last, lastMessage, items, isLoaded: timeline.isLoaded,
                reachesStart: timeline.reachesStart && items.length === timeline.items.length,
            });
        }
        this.#changed.clear();
    }
}
