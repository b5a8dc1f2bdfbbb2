import { part } from '../core/http.js';
import { learnNames } from '../core/names.js';
import { session } from '../core/session.js';
import { Connection, Disconnected } from './connection.js';
import { Outbox } from './outbox.js';
import { Room } from './room.js';

/** More missed events than this are not read one by one: the room is shown anew from its end. */
const mostToResume = 1000;
const pageSize = 50;
const mostKept = 600;

/**
 * The rooms of this user, kept up to date over a connection that comes and goes.
 *
 * Events: `rooms` (the list or a badge changed), `room` (detail: the id of one whose messages changed), `message`
 * (detail: a live message of somebody else), `state` (of the connection).
 */
export class Chat extends EventTarget {
    rooms = new Map();
    connection = new Connection();
    outbox;
    #adopting = new Set();
    #readTimers = new Map();

    constructor() {
        super();
        this.outbox = new Outbox({
            send: (entry) => this.#send(entry),
            sent: (entry, ok) => this.#sent(entry, ok),
        });
        this.outbox.addEventListener('changed', ({ detail }) => this.#tell('room', detail));
        this.connection.addEventListener('state', () => this.#tell('state'));
        this.connection.addEventListener('frame', ({ detail }) => this.#frame(detail));
    }

    get me() {
        return session.user?.id;
    }

    start() {
        this.connection.start();
    }

    stop() {
        this.connection.stop();
        for (const timer of this.#readTimers.values()) clearTimeout(timer);
    }

    /** Messages of others that wait in all rooms. */
    get unread() {
        return [...this.rooms.values()].reduce((sum, room) => sum + room.unread, 0);
    }

    // What people do. Each throws `Refusal`, `Disconnected` or what `session.api` throws.

    async join(id) {
        const { room_info } = await this.connection.request({ type: 'join', room: id });
        this.#adopt(room_info);
    }

    async leave(id) {
        await this.connection.request({ type: 'leave', room: id });
        this.#drop(id);
    }

    /** Opens the direct room with those people: its id. */
    async direct(users) {
        const { room, room_info } = await this.connection.request({ type: 'direct', users });
        this.#adopt(room_info);
        return room;
    }

    async create(fields) {
        const { room, room_info } = await session.api('POST', '/rooms', fields);
        this.#adopt(room_info);
        return room;
    }

    async invite(room, user) {
        await session.api('PUT', `/rooms/${part(room)}/members/${part(user)}`, {});
    }

    /** Reads the page before what is there, or the newest one. */
    async loadOlder(room) {
        const before = room.timeline.isLoaded ? room.timeline.first : undefined;
        const query = before === undefined ? '' : `&before=${before}`;
        const page = await session.api('GET', `/rooms/${part(room.id)}/messages?limit=${pageSize}${query}`);
        room.timeline.addPage(page.messages, page.more);
        this.#tell('room', room.id);
    }

    /** Everything up to the newest event was seen. Told to the server after a moment, as reading goes on. */
    markRead(room) {
        const wasUnread = room.unread > 0;
        if (!wasUnread && room.read >= room.last) return;
        room.unread = 0;
        if (wasUnread) this.#tell('rooms');
        if (this.#readTimers.has(room.id)) return;
        this.#readTimers.set(room.id, setTimeout(() => this.#tellRead(room), 400));
    }

    async #tellRead(room) {
        this.#readTimers.delete(room.id);
        if (room.read >= room.last) return;
        const seq = room.last;
        try {
            await this.connection.request({ type: 'read', room: room.id, seq });
            room.read = Math.max(room.read ?? 0, seq);
        } catch {
            // Told again with the next message, or after the reconnect.
        }
    }

    async #send(entry) {
        if (this.connection.state !== 'online') throw new Disconnected();
        const { room, text, nonce } = entry;
        return this.connection.request({ type: 'send', room, text, nonce });
    }

    #sent(entry, ok) {
        const timeline = this.rooms.get(entry.room)?.timeline;
        timeline?.add({
            type: 'message', room: entry.room, seq: ok.seq, at: ok.at, from: this.me, text: entry.text,
        });
    }

    // What the server says.

    #frame(frame) {
        if (frame.type === 'hello') this.#hello(frame);
        else if (frame.seq !== undefined && frame.room !== undefined) this.#event(frame);
    }

    async #hello(hello) {
        // The cookies are those of another login by now.
        if (hello.user.id !== this.me) {
            location.reload();
            return;
        }
        learnNames([hello.user]);
        const ids = new Set(hello.rooms.map((room) => room.id));
        for (const id of [...this.rooms.keys()]) if (!ids.has(id)) this.rooms.delete(id);
        const missed = {};
        for (const info of hello.rooms) {
            const room = this.rooms.get(info.id);
            if (!room || info.head - room.last > mostToResume || info.head < room.last) {
                const fresh = new Room(info, info.head);
                fresh.draft = room?.draft ?? '';
                this.rooms.set(info.id, fresh);
            } else {
                room.take(info);
                missed[info.id] = room.last;
            }
        }
        this.#tell('rooms');
        for (const id of ids) this.#tell('room', id);
        try {
            // Rooms that are new here start at the head of this moment; what came since is read like the rest.
            for (const id of ids) missed[id] ??= this.rooms.get(id).last;
            if (ids.size) await this.connection.request({ type: 'resume', rooms: missed });
        } catch (error) {
            if (error instanceof Disconnected) return;
            // A log that is shorter than what was seen: begin anew from the server's state.
            this.rooms.clear();
            for (const info of hello.rooms) this.rooms.set(info.id, new Room(info, info.head));
            this.#tell('rooms');
        }
        this.connection.caughtUp();
        this.outbox.flush();
    }

    #event(event) {
        const room = this.rooms.get(event.room);
        if (!room) {
            this.#learn(event.room);
            return;
        }
        const result = room.receive(event, this.me);
        if (result === 'gap' && this.connection.state === 'online') this.#resume(room);
        if (result !== 'taken') return;
        if (event.type === 'message' && event.from === this.me) this.#shadow(event);
        if (!room.isHeld && room.timeline.items.length > mostKept * 2) room.timeline.keepLast(mostKept);
        this.#tell('room', room.id);
        this.#tell('rooms');
        if (event.type === 'message' && event.from !== this.me && event.seq > room.counted) this.#tell('message', event);
    }

    /** The message of ours that is on its way and has just arrived is not shown twice until its `ok` comes. */
    #shadow(event) {
        const entry = this.outbox.of(event.room).find(
            (candidate) => candidate.tried && !candidate.shadow && candidate.text === event.text);
        if (entry) entry.shadow = event.seq;
    }

    async #resume(room) {
        try {
            await this.connection.request({ type: 'resume', rooms: { [room.id]: room.last } });
        } catch {
            // Lost, or no longer ours: the next hello says.
        }
    }

    /** A room that somebody put us into. */
    async #learn(id) {
        if (this.#adopting.has(id)) return;
        this.#adopting.add(id);
        try {
            const { room_info } = await session.api('GET', `/rooms/${part(id)}`);
            if (room_info.role) this.#adopt(room_info);
        } catch {
            // Gone again.
        } finally {
            this.#adopting.delete(id);
        }
    }

    /** Takes in a room from the place where it was joined, so that nothing since then is missed. */
    #adopt(info) {
        const known = this.rooms.get(info.id);
        if (known) known.take(info);
        else {
            const room = new Room(info, info.read ?? info.head);
            this.rooms.set(info.id, room);
            this.#resume(room);
        }
        this.#tell('rooms');
    }

    #drop(id) {
        this.rooms.delete(id);
        this.#tell('rooms');
    }

    #tell(name, detail) {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}
