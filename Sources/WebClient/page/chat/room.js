import { nameOf } from '../core/names.js';
import { session } from '../core/session.js';
import { react } from './reactions.js';
import { Timeline, touch } from './timeline.js';

const draftName = (room) => `parley.draft.${room}`;
const kept = ['kind', 'title', 'topic', 'members', 'role', 'muted', 'read', 'people', 'slow_mode', 'archived'];

/** A room that this user is a member of. */
export class Room {
    timeline = new Timeline();
    /** What is typed and not yet sent: its text, and what it answers. */
    draft;
    /** Whether a reader is somewhere above the end, so that no message before their eyes may be let go. */
    isHeld = false;
    /** Whether its newest messages are before somebody's eyes: they are read as they come. */
    isWatched = false;
    /** The newest `seq` that has arrived without a gap. */
    last;
    /** The newest `seq` of a message that has arrived. */
    lastMessage = 0;
    /** Up to this `seq`, `unread` has been counted by the server. */
    counted;
    /** The `seq` as of which the members, the title and the like are known: older events change nothing of it. */
    #known;
    unread = 0;
    /** How many of the unread messages name this user. */
    mentions = 0;
    /** How far the others have read, by user. */
    receipts = new Map();
    /** Who is writing, with the timer that ends it. */
    typing = new Map();
    /** Messages that others answer and that are not in the timeline, by `seq`. */
    quotes = new Map();

    constructor(info, last) {
        this.id = info.id;
        this.draft = { text: localStorage.getItem(draftName(info.id)) ?? '', replyTo: null };
        this.last = last;
        this.#known = last;
        this.take(info);
        this.counted = last;
    }

    /** Takes what the server says of the room. */
    take(info) {
        for (const name of kept) if (info[name] !== undefined) this[name] = info[name];
        if (info.head !== undefined) {
            this.#known = info.head;
            // Told only where they apply.
            this.slow_mode = info.slow_mode ?? 0;
            this.archived = info.archived ?? false;
        }
        if (info.unread !== undefined) {
            this.unread = info.unread;
            this.mentions = info.mentions ?? 0;
            this.counted = info.head;
        }
    }

    /** Keeps what is typed: in this room's page, and in this browser until it is sent. */
    keepDraft(text) {
        this.draft.text = text;
        if (text && session.isKept) localStorage.setItem(draftName(this.id), text);
        else this.forgetDraft();
    }

    /** Removes what this browser keeps of what is typed. */
    forgetDraft() {
        localStorage.removeItem(draftName(this.id));
    }

    /** Nothing is unread any more. */
    readAll() {
        this.unread = 0;
        this.mentions = 0;
    }

    /** What a room object tells, as it is now. */
    get info() {
        return Object.fromEntries(['id', ...kept].map((name) => [name, this[name]]));
    }

    /** What people call the room; a direct room is called by its other people. */
    label(me) {
        if (this.kind !== 'direct') return this.title || this.id;
        const others = this.others(me);
        return (others.length ? others : [me]).map(nameOf).join(', ');
    }

    /** The other people of a direct room. */
    others(me) {
        return (this.people ?? []).filter((user) => user !== me);
    }

    /** Whether this user keeps order here. */
    get isModerated() {
        return this.kind !== 'direct' && (this.role === 'owner' || this.role === 'moderator');
    }

    /**
     * Takes a durable event: `taken`, `seen` for one that came before, `gap` when one before it is missing.
     */
    receive(event, me) {
        if (event.seq <= this.last) {
            if (event.type === 'message' && this.timeline.at(event.seq)) this.timeline.add(event);
            return 'seen';
        }
        if (event.seq > this.last + 1) return 'gap';
        this.last = event.seq;
        if (event.type === 'message') this.#message(event, me);
        else if (event.type === 'member') this.#member(event, me);
        else if (event.type === 'room') this.#renamed(event);
        else this.#change(event, me);
        return 'taken';
    }

    #message(event, me) {
        this.lastMessage = event.seq;
        if (event.from !== me && event.seq > this.counted && !event.deleted && !this.isWatched) {
            this.unread += 1;
            if (event.mentions?.includes(me)) this.mentions += 1;
        }
        this.timeline.add(event);
    }

    #renamed({ seq, title, topic, kind, slow_mode, archived }) {
        if (seq > this.#known) this.take({ title, topic, kind, slow_mode, archived });
    }

    /** An edit, a deletion or a reaction: of a message that is here, or of no interest. */
    #change(event, me) {
        this.quotes.delete(event.target);
        for (const item of this.timeline.items) if (item.reply_to === event.target) touch(item);
        const message = this.timeline.at(event.target);
        if (!message) return;
        if (event.type === 'edited') {
            message.text = event.text;
            message.mentions = event.mentions;
            message.edited_at = event.at;
            touch(message);
        } else if (event.type === 'deleted') {
            Object.assign(message, { text: '', deleted: true, reactions: [], files: [] });
            touch(message);
        } else if (event.type === 'reacted') {
            react(message, event, me);
        }
    }

    #member(event, me) {
        this.timeline.add(event);
        if (event.seq <= this.#known) return;
        if (['joined', 'invited'].includes(event.change)) this.members += 1;
        if (['left', 'kicked', 'banned'].includes(event.change)) this.members -= 1;
        if (event.user === me && event.change === 'role') this.role = event.role;
        if (event.user === me && ['muted', 'unmuted'].includes(event.change)) this.muted = event.change === 'muted';
    }
}
