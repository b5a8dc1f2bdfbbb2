import { Backoff } from '../core/backoff.js';
import { session } from '../core/session.js';

/** A command was refused. */
export class Refusal extends Error {
    constructor({ code, message, retry_after_ms }) {
        super(message);
        this.code = code;
        this.retryAfter = retry_after_ms ?? null;
    }
}

/** The connection went before the answer came. */
export class Disconnected extends Error {
    code = 'unreachable';
}

/**
 * The one socket of this tab, opened again whenever it is lost.
 *
 * Events: `state` (see `state`), `frame` (detail: everything that is no answer). After `hello` the state is
 * `catching-up` until `caughtUp` is called.
 */
export class Connection extends EventTarget {
    /** `connecting`, `catching-up`, `online`, `waiting` (with `retryAt`) or `closed`. */
    state = 'closed';
    retryAt = null;
    #socket = null;
    #backoff = new Backoff();
    #waiting = new Map();
    #nextID = 1;
    #drainDelay = 0;
    #heartbeat = 25_000;
    #heardAt = 0;
    #wake = null;
    #isRunning = false;

    constructor() {
        super();
        addEventListener('online', () => this.#wake?.());
        document.addEventListener('visibilitychange', () => {
            if (document.hidden) return;
            this.#wake?.();
            this.#listen();
        });
    }

    /** Connects, and stays connected until `stop` or the end of the session. */
    async start() {
        if (this.#isRunning) return;
        this.#isRunning = true;
        while (this.#isRunning) {
            const code = await this.#live();
            if (!this.#isRunning) break;
            if (code >= 4500 && code < 5000) {
                session.end(code === 4502 ? 'disabled' : 'revoked');
                break;
            }
            await this.#pause();
        }
        this.#set('closed');
    }

    /** Closes for good. */
    stop() {
        this.#isRunning = false;
        this.#wake?.();
        this.#socket?.close(1000);
    }

    /** The missed events have arrived. */
    caughtUp() {
        this.#backoff.reset();
        this.#set('online');
    }

    /** Sends a command: its answer. Throws `Refusal` and `Disconnected`. */
    request(command) {
        return new Promise((resolve, reject) => {
            if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new Disconnected());
            const id = String(this.#nextID++);
            this.#waiting.set(id, { resolve, reject });
            this.#socket.send(JSON.stringify({ ...command, id }));
        });
    }

    /** One connection from start to end: its close code, 0 when there was none. */
    async #live() {
        this.#set('connecting');
        try {
            await session.ensureFresh();
        } catch {
            return 0;
        }
        if (!this.#isRunning) return 0;
        const { code, wasOpen } = await this.#open();
        // A refused upgrade tells a page nothing: the same cookie over HTTP tells what is the matter.
        if (!wasOpen || code === 4001) await this.#askWhy(code);
        return code;
    }

    async #askWhy(code) {
        if (!this.#isRunning) return;
        try {
            if (code === 4001) await session.refresh();
            else await session.api('GET', '/me');
        } catch {
            // Where the session is over, it has ended itself; otherwise the next attempt will tell.
        }
    }

    #open() {
        return new Promise((resolve) => {
            const socket = new WebSocket(`wss://${location.host}/ws`, ['parley.v1']);
            let wasOpen = false;
            this.#socket = socket;
            const watch = setInterval(() => this.#listen(), 5000);
            socket.onopen = () => {
                wasOpen = true;
                this.#heardAt = Date.now();
            };
            socket.onmessage = ({ data }) => this.#received(data);
            socket.onclose = ({ code }) => {
                clearInterval(watch);
                if (this.#socket === socket) this.#socket = null;
                for (const { reject } of this.#waiting.values()) reject(new Disconnected());
                this.#waiting.clear();
                resolve({ code, wasOpen });
            };
        });
    }

    #received(data) {
        this.#heardAt = Date.now();
        let frame;
        try {
            frame = JSON.parse(data);
        } catch {
            return;
        }
        if (frame.id !== undefined && this.#waiting.has(frame.id)) {
            const { resolve, reject } = this.#waiting.get(frame.id);
            this.#waiting.delete(frame.id);
            if (frame.type === 'error') reject(new Refusal(frame));
            else resolve(frame);
            return;
        }
        if (frame.type === 'hello') {
            this.#heartbeat = frame.heartbeat_ms;
            this.#drainDelay = 0;
            this.#set('catching-up');
        }
        if (frame.type === 'drain') this.#drainDelay = frame.retry_after_ms;
        if (frame.type === 'session') session.extended(frame.access_expires_at);
        this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    }

    /** Asks whether the server is still there when nothing was heard for a while; a page does not see its pings. */
    #listen() {
        const socket = this.#socket;
        if (socket?.readyState !== WebSocket.OPEN) return;
        const silence = Date.now() - this.#heardAt;
        if (silence > this.#heartbeat + 10_000) {
            // A dead connection takes its time to close: go on without it.
            socket.onclose({ code: 4009 });
            socket.onclose = null;
            socket.onmessage = null;
            socket.close();
        } else if (silence > this.#heartbeat) {
            socket.send('{"type":"ping"}');
        }
    }

    async #pause() {
        const delay = this.#backoff.next(this.#drainDelay);
        this.#drainDelay = 0;
        this.retryAt = Date.now() + delay;
        this.#set('waiting');
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, delay);
            this.#wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
        this.#wake = null;
    }

    #set(state) {
        if (this.state === state) return;
        this.state = state;
        this.dispatchEvent(new Event('state'));
    }
}
