import { session } from '../core/session.js';
import { changeStored, drop, keep } from '../core/store.js';
import { Disconnected } from './connection.js';

const passing = new Set([
    'rate_limited', 'slow_mode', 'too_many_requests', 'storage_unavailable', 'overloaded', 'draining', 'internal',
]);
const tabLock = 'parley.tab.';

/**
 * Messages on their way. One goes after the other, again after every reconnect, always with the nonce it was given
 * first, by which the server knows it: it is in the room once, however often it was sent.
 *
 * They are kept in IndexedDB, so that a reload or a crash loses none. Each belongs to the tab it was written in; what
 * a closed tab left behind is taken over. Events: `changed` (detail: the room).
 */
export class Outbox extends EventTarget {
    #entries = [];
    #isFlushing = false;
    #tab = randomName();
    #release = () => {};
    #last = 0;

    /** `send(entry)` sends one: a promise of its `ok`. `sent(entry, ok)` is told of it. */
    constructor({ send, sent }) {
        super();
        this.send = send;
        this.sent = sent;
        // Held as long as the tab lives: how others know that its messages are in good hands.
        navigator.locks?.request(tabLock + this.#tab, () => new Promise((resolve) => { this.#release = resolve; }));
    }

    /** Takes over what closed tabs of this user left behind. */
    async adopt() {
        const { held = [] } = await navigator.locks?.query() ?? {};
        const living = new Set(held.map(({ name }) => name));
        const orphans = await changeStored('outbox', (entry) => {
            if (entry.user !== session.user?.id || living.has(tabLock + entry.tab)) return null;
            return { ...entry, tab: this.#tab, tried: true };
        });
        if (!orphans.length) return;
        this.#entries = [...this.#entries, ...orphans].sort((a, b) => a.order - b.order);
        for (const room of new Set(orphans.map((entry) => entry.room))) this.#changed(room);
        this.flush();
    }

    /** Lets go of everything; what is stored stays for the next tab. */
    stop() {
        this.#entries = [];
        this.#release();
    }

    /** What is on its way to a room, oldest first. */
    of(room) {
        return this.#entries.filter((entry) => entry.room === room);
    }

    /** Takes a message; it goes as soon as it can. `extra` is `reply_to` and `files`. */
    add(room, text, extra = {}) {
        this.#last = Math.max(Date.now(), this.#last + 1);
        const entry = {
            nonce: randomName(), room, text, ...extra, user: session.user.id, tab: this.#tab, order: this.#last,
            at: new Date().toISOString(), failure: null, tried: false,
        };
        this.#entries.push(entry);
        keep('outbox', entry.nonce, entry);
        this.#changed(room);
        this.flush();
    }

    /** Tries a failed one again. */
    retry(entry) {
        entry.failure = null;
        this.#changed(entry.room);
        this.flush();
    }

    /** Lets go of one. */
    discard(entry) {
        this.#remove(entry);
        this.#changed(entry.room);
    }

    /** Sends all that wait, until one cannot go. */
    async flush() {
        if (this.#isFlushing) return;
        this.#isFlushing = true;
        try {
            for (;;) {
                const entry = this.#entries.find((candidate) => !candidate.failure);
                if (!entry) break;
                entry.tried = true;
                let ok;
                try {
                    ok = await this.send(entry);
                } catch (error) {
                    if (error instanceof Disconnected) break;
                    if (passing.has(error.code)) {
                        setTimeout(() => this.flush(), error.retryAfter ?? 2000);
                        break;
                    }
                    entry.failure = error.code;
                    this.#changed(entry.room);
                    continue;
                }
                this.#remove(entry);
                this.sent(entry, ok);
                this.#changed(entry.room);
            }
        } finally {
            this.#isFlushing = false;
        }
    }

    #remove(entry) {
        this.#entries = this.#entries.filter((other) => other !== entry);
        drop('outbox', entry.nonce);
    }

    #changed(room) {
        this.dispatchEvent(new CustomEvent('changed', { detail: room }));
    }
}

function randomName() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
