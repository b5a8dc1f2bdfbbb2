import { learnNames } from '../core/names.js';
import { session } from '../core/session.js';

/** Milliseconds without a touch after which one counts as away. */
const idleAfter = 5 * 60_000;

/**
 * Who is there. Events: `changed` (detail: the user).
 *
 * Of ourselves the server is told `away` when the page was hidden or untouched for a while, and `online` again.
 */
export class Presence extends EventTarget {
    #connection;
    #statuses = new Map();
    #mine = 'online';
    #timer = null;
    #touched = () => this.#touch();

    constructor(connection) {
        super();
        this.#connection = connection;
        for (const name of ['pointerdown', 'keydown', 'visibilitychange']) {
            document.addEventListener(name, this.#touched, { passive: true });
        }
    }

    /** `online`, `away`, `offline`, or undefined while it is not known. */
    of(user) {
        return this.#statuses.get(user);
    }

    /** A new connection: what was known before may be old. */
    begin(hello) {
        this.#statuses.clear();
        this.#statuses.set(hello.user.id, 'online');
        this.#touch();
        this.#ask();
    }

    /** Takes what came of users: `{id, status}`. */
    learn(users) {
        for (const { id, user, name, status } of users) {
            const who = id ?? user;
            if (name) learnNames([{ id: who, name }]);
            if (!status || (who === session.user?.id && status === 'offline') || this.#statuses.get(who) === status) continue;
            this.#statuses.set(who, status);
            this.dispatchEvent(new CustomEvent('changed', { detail: who }));
        }
    }

    /** Tells the server how we are when a connection has just come up. */
    connected(isOnline) {
        if (isOnline && this.#mine === 'away') this.#tell('away');
    }

    stop() {
        clearTimeout(this.#timer);
        for (const name of ['pointerdown', 'keydown', 'visibilitychange']) {
            document.removeEventListener(name, this.#touched);
        }
    }

    /** From `hello` on changes are told; how things stand is asked for. */
    async #ask() {
        try {
            this.learn((await session.api('GET', '/users?limit=200')).items);
        } catch {
            // Without it, who changes is known.
        }
    }

    #touch() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#set('away'), idleAfter);
        if (!document.hidden) this.#set('online');
    }

    #set(status) {
        if (this.#mine === status) return;
        this.#mine = status;
        this.#tell(status);
    }

    #tell(status) {
        this.#connection.tell({ type: 'presence', status });
    }
}
