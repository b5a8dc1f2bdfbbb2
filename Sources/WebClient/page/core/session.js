import { call, upload } from './http.js';
import { deviceName } from './device.js';
import { forgetStored } from './store.js';

const key = 'parley.session';
/** What belongs to the browser, not to who is logged in. */
const choices = ['parley.language', 'parley.theme'];

/**
 * The login of this browser, which all its tabs share.
 *
 * The tokens are in cookies that scripts cannot read; kept here is who it is and when the access token runs out.
 * Events: `changed` (another user, name or nobody), `ended` (detail: why).
 */
class Session extends EventTarget {
    user = null;
    #token = null;
    #timer = null;

    constructor() {
        super();
        // Another tab refreshed.
        addEventListener('storage', (event) => {
            if (event.key !== key || !this.user) return;
            if (!event.newValue) {
                // Logged out or ended there. An end is told by our own socket, too; a log-out asks for no page.
                this.#leave();
                return;
            }
            const stored = read();
            // Somebody else logged in there: nothing that is shown here is theirs.
            if (stored?.user.id !== this.user.id) location.reload();
            else {
                this.#take(stored);
                this.learn(stored.user);
            }
        });
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden && this.user) this.ensureFresh().catch(() => {});
        });
    }

    /** Whether the login is still kept by this browser: another tab may have ended it a moment ago. */
    get isKept() {
        return this.user !== null && read()?.user.id === this.user.id;
    }

    /** Takes up a login that the browser still has; says whether there is one. `check` asks whether it still counts. */
    restore() {
        const known = read();
        if (!known) return false;
        this.user = known.user;
        this.#take(known);
        return true;
    }

    /** Asks the server who we are; ends the session where it is over. */
    async check() {
        try {
            this.#renamed((await this.api('GET', '/me')).user);
        } catch {
            // Not reachable, or ended by itself.
        }
    }

    /** Throws `Problem` and `Unreachable`. */
    async logIn(username, password, totp) {
        await this.#begin('/auth/login', { username, password, totp, device: deviceName() });
    }

    /** Throws `Problem` and `Unreachable`. */
    async register(fields) {
        await this.#begin('/auth/register', { ...fields, device: deviceName() });
    }

    /** Throws `Unreachable`; the login stays then. */
    async logOut() {
        await call('POST', '/auth/logout', {});
        await this.#forget();
        this.dispatchEvent(new Event('changed'));
    }

    /** Takes what the server says of this user beside other things: a name, a role. */
    learn({ name = this.user?.name, role = this.user?.role }) {
        if (!this.user || (this.user.name === name && this.user.role === role)) return;
        this.#renamed({ ...this.user, name, role });
    }

    /** Throws `Problem` and `Unreachable`. */
    async rename(name) {
        this.#renamed((await this.api('PATCH', '/me', { name })).user);
    }

    /** The session is over: removes what is kept of it and tells why, once. */
    end(reason) {
        if (!this.user) return;
        this.#forget();
        this.dispatchEvent(new CustomEvent('ended', { detail: reason }));
    }

    /** Calls the server as this user: the body of its answer. Throws `Problem` and `Unreachable`. */
    async api(method, path, body) {
        return (await this.#asUser(() => call(method, path, body))).body;
    }

    /** Sends a file: what the server knows of it. `progress` gets the share that is on its way, `signal` ends it. */
    async upload(file, progress, signal) {
        return this.#asUser(() => upload('/files', file, progress, signal));
    }

    async #asUser(ask) {
        await this.ensureFresh();
        const seen = this.#token;
        try {
            return await ask();
        } catch (problem) {
            if (problem.code === 'account_disabled') this.end('disabled');
            if (problem.status !== 401 || problem.code === 'invalid_credentials') throw problem;
            if (problem.code === 'session_revoked') {
                this.end('revoked');
                throw problem;
            }
            await this.refresh(seen);
            return ask();
        }
    }

    /** Every item of a list that comes in pages, up to a thousand. Throws as `api` does. */
    async list(path) {
        const items = [];
        let cursor = null;
        do {
            const mark = path.includes('?') ? '&' : '?';
            const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
            const page = await this.api('GET', `${path}${mark}limit=200${more}`);
            items.push(...page.items);
            cursor = page.cursor;
        } while (cursor !== null && items.length < 1000);
        return items;
    }

    /** Refreshes when the access token is about to run out. Throws `Problem` and `Unreachable`. */
    async ensureFresh() {
        if (this.#token && !isFresh(this.#token)) await this.refresh(this.#token);
    }

    /**
     * Gets new cookies, once for all tabs: who waited for the lock finds that another tab has done it, since the token
     * is no longer the one `seen`. Throws `Problem` and `Unreachable`.
     */
    async refresh(seen = this.#token) {
        await withLock('parley.refresh', async () => {
            const stored = read();
            if (stored && seen && stored.expiresAt !== seen.expiresAt && isFresh(stored)) return this.#take(stored);
            try {
                const { body, clockSkew } = await call('POST', '/auth/refresh', {});
                this.#keep(body, clockSkew);
            } catch (problem) {
                if (problem.status === 401) this.end(problem.code === 'invalid_token' ? 'expired' : 'revoked');
                if (problem.code === 'account_disabled') this.end('disabled');
                throw problem;
            }
        });
    }

    /** Takes what the server told over the socket: the new end of the access token, a new role. */
    told({ access_expires_at: accessExpiresAt, role }) {
        this.learn({ role });
        const stored = read();
        if (!stored) return;
        const expiresAt = Date.parse(accessExpiresAt) - stored.clockSkew;
        if (expiresAt <= stored.expiresAt) return;
        write({ ...stored, issuedAt: Date.now(), expiresAt });
        this.#take(read());
    }

    async #begin(path, fields) {
        const { body, clockSkew } = await call('POST', path, fields);
        this.user = body.user;
        this.#keep(body, clockSkew);
        this.dispatchEvent(new Event('changed'));
    }

    #keep({ user, session }, clockSkew) {
        const expiresAt = Date.parse(session.access_expires_at) - clockSkew;
        write({ user, issuedAt: Date.now(), expiresAt, clockSkew });
        this.#take(read());
        this.learn(user);
    }

    #take(stored) {
        if (!stored || !this.user) return;
        this.#token = stored;
        clearTimeout(this.#timer);
        // Well before the end, and not at the same moment in every tab.
        const share = 0.6 + Math.random() * 0.2;
        const wait = stored.issuedAt + (stored.expiresAt - stored.issuedAt) * share - Date.now();
        this.#timer = setTimeout(() => this.#refreshOnTime(stored), Math.max(0, wait));
    }

    async #refreshOnTime(seen) {
        try {
            await this.refresh(seen);
        } catch {
            // Unreachable: the connection tries again before it opens a socket.
        }
    }

    #renamed(user) {
        this.user = user;
        const stored = read();
        if (stored) write({ ...stored, user });
        this.dispatchEvent(new Event('changed'));
    }

    /** Another tab has ended the login: what it was, our own socket or the next call tells; nobody needs to wait. */
    async #leave() {
        try {
            await call('GET', '/me');
        } catch (problem) {
            if (problem.code === 'session_revoked') this.end('revoked');
        }
        if (!this.user) return;
        this.user = null;
        this.#token = null;
        clearTimeout(this.#timer);
        this.dispatchEvent(new Event('changed'));
    }

    /** Removes what this browser keeps of the user; the choices of language and colours stay. */
    async #forget() {
        clearTimeout(this.#timer);
        this.user = null;
        this.#token = null;
        for (const storage of [localStorage, sessionStorage]) {
            for (const name of Object.keys(storage)) {
                if (name.startsWith('parley.') && !choices.includes(name)) storage.removeItem(name);
            }
        }
        await forgetStored();
    }
}

export const session = new Session();

function isFresh(token) {
    const margin = Math.min(30_000, (token.expiresAt - token.issuedAt) * 0.2);
    return Date.now() < token.expiresAt - margin;
}

function read() {
    try {
        return JSON.parse(localStorage.getItem(key));
    } catch {
        return null;
    }
}

function write(value) {
    localStorage.setItem(key, JSON.stringify(value));
}

async function withLock(name, body) {
    if (navigator.locks) await navigator.locks.request(name, body);
    else await body();
}
