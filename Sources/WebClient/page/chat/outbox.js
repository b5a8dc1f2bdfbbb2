import { Disconnected } from './connection.js';

const key = 'parley.outbox';
const passing = new Set(['rate_limited', 'storage_unavailable', 'overloaded', 'draining', 'internal']);

/**
 * Messages on their way. One goes after the other, again after every reconnect, always with the nonce it was given
 * first, by which the server knows it: it is in the room once, however often it was sent.
 *
 * They are kept in the tab's storage so that a reload loses none. Events: `changed` (detail: the room).
 */
export class Outbox extends EventTarget {
    #entries = [];
    #isFlushing = false;

    /** `send(entry)` sends one: a promise of its `ok`. `sent(entry, ok)` is told of it. */
    constructor({ send, sent }) {
        super();
        this.send = send;
        this.sent = sent;
        try {
            this.#entries = JSON.parse(sessionStorage.getItem(key)) ?? [];
        } catch {
            this.#entries = [];
        }
    }

    /** What is on its way to a room, oldest first. */
    of(room) {
        return this.#entries.filter((entry) => entry.room === room);
    }

    /** Takes a message; it goes as soon as it can. */
    add(room, text) {
        this.#entries.push({ nonce: nonce(), room, text, at: new Date().toISOString(), failure: null, tried: false });
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
        this.#entries = this.#entries.filter((other) => other !== entry);
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
                this.#entries = this.#entries.filter((other) => other !== entry);
                this.sent(entry, ok);
                this.#changed(entry.room);
            }
        } finally {
            this.#isFlushing = false;
        }
    }

    #changed(room) {
        try {
            sessionStorage.setItem(key, JSON.stringify(this.#entries));
        } catch {
            // Full or forbidden: they wait in memory alone.
        }
        this.dispatchEvent(new CustomEvent('changed', { detail: room }));
    }
}

function nonce() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
