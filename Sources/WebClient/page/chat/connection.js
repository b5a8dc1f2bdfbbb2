import { Backoff } from '../core/backoff.js';
import { session } from '../core/session.js';

/** Milliseconds that a pong may take, and after a sleep or a change of the network. */
const patience = 10_000;
const shortPatience = 3000;
/** Milliseconds between two looks at the connection; much more than that means that the computer slept. */
const lookEvery = 5000;
/** Milliseconds to stay away, at the least, after the server closed for too many requests. */
const afterTooMany = 5000;

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
    #pingedAt = 0;
    #lookedAt = 0;
    #patience = patience;
    #wake = null;
    /** The loop of `start` that goes on; another after `stop` and `start`. */
    #run = null;

    constructor() {
        super();
        addEventListener('online', () => {
            this.#wake?.();
            this.#ping(shortPatience);
        });
        document.addEventListener('visibilitychange', () => {
            if (document.hidden) return;
            this.#wake?.();
            this.#listen();
        });
    }

    /** Connects, and stays connected until `stop` or the end of the session. */
    async start() {
        if (this.#run) return;
        const run = {};
        this.#run = run;
        while (this.#run === run) {
            const code = await this.#live(run);
            if (this.#run !== run) return;
            if (code >= 4500 && code < 5000) {
                this.stop();
                session.end(code === 4502 ? 'disabled' : 'revoked');
                return;
            }
            await this.#pause();
        }
    }

    /** Closes for good. */
    stop() {
        this.#run = null;
        this.#wake?.();
        const socket = this.#socket;
        this.#letGo();
        socket?.close(1000);
        this.#set('closed');
    }

    /** Tries at once, when the next attempt is still to come. */
    retry() {
        this.#wake?.(true);
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

    /** Sends a command that nobody waits for; without a connection it is dropped. */
    tell(command) {
        if (this.state === 'online') this.#socket?.send(JSON.stringify(command));
    }

    /** One connection from start to end: its close code, 0 when there was none. */
    async #live(run) {
        this.#set('connecting');
        try {
            await session.ensureFresh();
        } catch {
            return 0;
        }
        if (this.#run !== run) return 0;
        const { code, wasOpen } = await this.#open();
        if (code === 4029) this.#drainDelay = Math.max(this.#drainDelay, afterTooMany);
        // A refused upgrade tells a page nothing: the same cookie over HTTP tells what is the matter.
        if (this.#run === run && (!wasOpen || code === 4001)) await this.#askWhy(code);
        return code;
    }

    async #askWhy(code) {
        try {
            if (code === 4001) await session.refresh();
            else await session.api('GET', '/me');
        } catch (error) {
            // Where the session is over, it has ended itself; otherwise the next attempt will tell.
            if (error.retryAfterSeconds > 0) this.#drainDelay = error.retryAfterSeconds * 1000;
        }
    }

    #open() {
        return new Promise((resolve) => {
            const socket = new WebSocket(`wss://${location.host}/ws`, ['parley.v1']);
            let wasOpen = false;
            this.#socket = socket;
            const watch = setInterval(() => this.#listen(), lookEvery);
            socket.onopen = () => {
                wasOpen = true;
                this.#heardAt = this.#lookedAt = Date.now();
                this.#pingedAt = 0;
            };
            socket.onmessage = ({ data }) => {
                if (this.#socket === socket) this.#received(data);
            };
            socket.onclose = ({ code }) => {
                clearInterval(watch);
                if (this.#socket === socket) this.#letGo();
                resolve({ code, wasOpen });
            };
        });
    }

    /** The socket is of no more use, and no answer will come. */
    #letGo() {
        this.#socket = null;
        for (const { reject } of this.#waiting.values()) reject(new Disconnected());
        this.#waiting.clear();
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
        if (frame.type === 'session') session.told(frame);
        this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    }

    /** Asks whether the server is still there when nothing was heard for a while; a page does not see its pings. */
    #listen() {
        const socket = this.#socket;
        if (socket?.readyState !== WebSocket.OPEN) return;
        const now = Date.now();
        const hasSlept = now - this.#lookedAt > 3 * lookEvery;
        this.#lookedAt = now;
        // The ping comes first, however late this is called: timers of a page in the background hardly run.
        if (this.#pingedAt > this.#heardAt) {
            if (now - this.#pingedAt >= this.#patience) this.#giveUp(socket);
        } else if (hasSlept) {
            this.#ping(shortPatience);
        } else if (now - this.#heardAt > this.#heartbeat) {
            this.#ping(patience);
        }
    }

    #ping(most) {
        const socket = this.#socket;
        if (socket?.readyState !== WebSocket.OPEN) return;
        this.#patience = most;
        this.#pingedAt = Date.now();
        socket.send('{"type":"ping"}');
        if (most < lookEvery) setTimeout(() => this.#listen(), most + 100);
    }

    /** A dead connection takes its time to close: goes on without it. */
    #giveUp(socket) {
        const { onclose } = socket;
        socket.onclose = null;
        socket.close();
        onclose?.({ code: 4009 });
    }

    async #pause() {
        const asked = this.#drainDelay;
        const delay = this.#backoff.next(asked);
        this.#drainDelay = 0;
        this.retryAt = Date.now() + delay;
        this.#set('waiting');
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, delay);
            this.#wake = (isForced = false) => {
                // The network or the reader came back; a server that asked for time gets it.
                if (asked > 0 && this.#run && !isForced) return;
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
