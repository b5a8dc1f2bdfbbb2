import { part } from '../core/http.js';
import { learnNames } from '../core/names.js';
import { session } from '../core/session.js';
import { Connection, Disconnected } from './connection.js';
import { History } from './history.js';
import { Outbox } from './outbox.js';
import { Presence } from './presence.js';
import { Room } from './room.js';

/** More missed events than this are not read one by one: the room is shown anew from its end. */
const mostToResume = 1000;
/** What the server answers about a room that we are no longer in. */
const out = new Set(['not_a_member', 'room_not_found', 'banned']);
/** Milliseconds that somebody counts as writing after the last word of it. */
const typingLasts = 5000;

/**
 * The rooms of this user, kept up to date over a connection that comes and goes.
 *
 * Events: `rooms` (the list or a badge changed), `room` (detail: the id of one whose messages changed), `message`
 * (detail: a live message of somebody else), `typing` (detail: the id of a room), `state` (of the connection).
 */
export class Chat extends EventTarget {
    rooms = new Map();
    connection = new Connection();
    presence = new Presence(this.connection);
    history = new History(this);
    /** What the server allows, as its `hello` told. */
    limits = {};
    outbox;
    #adopting = new Set();
    #readTimers = new Map();

    constructor() {
        super();
        this.outbox = new Outbox({
            send: (entry) => this.#send(entry),
            sent: (entry, ok) => this.#sent(entry, ok),
        });
        this.outbox.addEventListener('changed', ({ detail }) => this.tell('room', detail));
        this.connection.addEventListener('state', () => this.#stateChanged());
        this.connection.addEventListener('frame', ({ detail }) => this.#frame(detail));
    }

    get me() {
        return session.user?.id;
    }

    /** Shows what is kept from last time, then connects. */
    async start() {
        for (const room of await this.history.restore()) this.rooms.set(room.id, room);
        if (this.rooms.size) this.tell('rooms');
        for (const id of this.rooms.keys()) this.tell('room', id);
        this.outbox.adopt();
        this.connection.start();
    }

    stop() {
        this.connection.stop();
        this.outbox.stop();
        this.history.stop();
        this.presence.stop();
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

    async deleteRoom(id) {
        await session.api('DELETE', `/rooms/${part(id)}`, {});
        this.#drop(id);
    }

    async edit(room, target, text) {
        await this.inside(room, () => this.connection.request({ type: 'edit', room, target, text }));
    }

    async delete(room, target) {
        await this.inside(room, () => this.connection.request({ type: 'delete', room, target }));
    }

    async react(room, target, emoji, on) {
        await this.inside(room, () => this.connection.request({ type: 'react', room, target, emoji, on }));
    }

    /** Does something in a room. Nobody is told that they were removed from one: this is where it shows. */
    async inside(room, action) {
        try {
            return await action();
        } catch (error) {
            if (out.has(error.code)) this.#drop(room);
            throw error;
        }
    }

    /** Asks whether we are still in a room. */
    async verify(room) {
        try {
            const { room_info } = await this.inside(room, () => session.api('GET', `/rooms/${part(room)}`));
            if (!room_info.role) this.#drop(room);
        } catch {
            // Gone, or not reachable.
        }
    }

    /** Everything up to the newest event was seen. Told to the server after a moment, as reading goes on. */
    markRead(room) {
        const wasUnread = room.unread > 0;
        if (!wasUnread && room.read >= room.last) return;
        room.readAll();
        if (wasUnread) this.tell('rooms');
        if (this.#readTimers.has(room.id)) return;
        this.#readTimers.set(room.id, setTimeout(() => this.#tellRead(room), 400));
    }

    /** Tells views of a change. */
    tell(name, detail) {
        this.dispatchEvent(new CustomEvent(name, { detail }));
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

    async #send({ room, text, nonce, reply_to, files }) {
        if (this.connection.state !== 'online') throw new Disconnected();
        return this.inside(room, () => this.connection.request({
            type: 'send', room, text, nonce, reply_to, files: files?.length ? files.map(({ id }) => id) : undefined,
        }));
    }

    #sent({ room, text, reply_to, files }, { seq, at }) {
        const timeline = this.rooms.get(room)?.timeline;
        // Where the event came first, it is what counts.
        if (!timeline || timeline.at(seq)) return;
        timeline.add({ type: 'message', room, seq, at, from: this.me, text, reply_to, files });
    }

    // What the server says.

    #frame(frame) {
        if (frame.type === 'hello') this.#hello(frame);
        else if (frame.seq !== undefined && frame.room !== undefined) this.#event(frame);
        else if (frame.type === 'typing') this.#typing(frame);
        else if (frame.type === 'receipt') this.#receipt(frame);
        else if (frame.type === 'presence') this.presence.learn([{ id: frame.user, ...frame }]);
    }

    async #hello(hello) {
        // The cookies are those of another login by now.
        if (hello.user.id !== this.me) {
            location.reload();
            return;
        }
        learnNames([hello.user]);
        session.learn(hello.user);
        this.limits = hello.limits ?? {};
        this.presence.begin(hello);
        const ids = new Set(hello.rooms.map((room) => room.id));
        for (const id of [...this.rooms.keys()]) if (!ids.has(id)) this.#drop(id);
        const missed = {};
        for (const info of hello.rooms) {
            const room = this.rooms.get(info.id);
            if (!room || info.head - room.last > mostToResume || info.head < room.last) {
                this.#renew(info);
            } else {
                room.take(info);
                missed[info.id] = room.last;
            }
        }
        this.tell('rooms');
        for (const id of ids) this.tell('room', id);
        try {
            // Rooms that are new here start at the head of this moment; what came since is read like the rest.
            for (const id of ids) missed[id] ??= this.rooms.get(id).last;
            if (ids.size) await this.connection.request({ type: 'resume', rooms: missed });
        } catch (error) {
            if (error instanceof Disconnected) return;
            // A log that is shorter than what was seen: begin anew from the server's state.
            for (const info of hello.rooms) this.#renew(info);
            this.tell('rooms');
            for (const id of ids) this.tell('room', id);
        }
        this.connection.caughtUp();
        this.outbox.flush();
        this.outbox.adopt();
    }

    /** The room as the server has it, without anything from before. */
    #renew(info) {
        const fresh = new Room(info, info.head);
        fresh.draft = this.rooms.get(info.id)?.draft ?? fresh.draft;
        this.rooms.set(info.id, fresh);
    }

    #event(event) {
        const room = this.rooms.get(event.room);
        if (!room) {
            this.#learn(event.room);
            return;
        }
        if (event.type === 'room' && event.deleted) {
            this.#drop(room.id);
            return;
        }
        const result = room.receive(event, this.me);
        if (result === 'gap' && this.connection.state === 'online') this.#resume(room);
        if (result !== 'taken') return;
        if (event.type === 'message') {
            if (event.from === this.me) this.#shadow(event);
            this.#typing({ room: event.room, user: event.from, isOver: true });
        }
        if (room.isHeld) room.timeline.trimEnd();
        else room.timeline.trimBehind();
        this.history.changed(room);
        this.tell('room', room.id);
        this.tell('rooms');
        if (event.type === 'message' && event.from !== this.me && event.seq > room.counted) this.tell('message', event);
    }

    #typing({ room: id, user, isOver = false }) {
        const room = this.rooms.get(id);
        if (!room || user === this.me) return;
        if (isOver && !room.typing.has(user)) return;
        clearTimeout(room.typing.get(user));
        room.typing.delete(user);
        if (!isOver) {
            room.typing.set(user, setTimeout(() => this.#typing({ room: id, user, isOver: true }), typingLasts));
        }
        this.tell('typing', id);
    }

    #receipt({ room: id, user, read }) {
        const room = this.rooms.get(id);
        if (!room) return;
        if (user === this.me) {
            // Another tab or device has read on.
            room.read = Math.max(room.read ?? 0, read);
            if (read >= room.lastMessage && room.unread) {
                room.readAll();
                this.tell('rooms');
            }
            return;
        }
        if (read <= (room.receipts.get(user) ?? 0)) return;
        room.receipts.set(user, read);
        this.tell('room', id);
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
        this.tell('rooms');
    }

    #drop(id) {
        this.rooms.get(id)?.forgetDraft();
        if (!this.rooms.delete(id)) return;
        this.history.forget(id);
        this.tell('rooms');
    }

    #stateChanged() {
        this.presence.connected(this.connection.state === 'online');
        this.tell('state');
    }
}
