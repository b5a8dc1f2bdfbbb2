import { nameOf } from '../core/names.js';
import { Timeline } from './timeline.js';

/** A room that this user is a member of. */
export class Room {
    timeline = new Timeline();
    /** What is typed and not yet sent. */
    draft = '';
    /** Whether a reader is somewhere above the end, so that no message may be let go. */
    isHeld = false;
    /** The newest `seq` that has arrived without a gap. */
    last;
    /** Up to this `seq`, `unread` has been counted by the server. */
    counted;
    unread = 0;

    constructor(info, last) {
        this.id = info.id;
        this.last = last;
        this.take(info);
        this.counted = last;
    }

    /** Takes what the server says of the room. */
    take(info) {
        for (const name of ['kind', 'title', 'topic', 'members', 'role', 'muted', 'read', 'people']) {
            if (info[name] !== undefined) this[name] = info[name];
        }
        if (info.unread !== undefined) {
            this.unread = info.unread;
            this.counted = info.head;
        }
    }

    /** What people call the room; a direct room is called by its other people. */
    label(me) {
        if (this.kind !== 'direct') return this.title || this.id;
        const others = (this.people ?? []).filter((user) => user !== me);
        return (others.length ? others : [me]).map(nameOf).join(', ');
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
        if (event.type === 'message') {
            if (event.from !== me && event.seq > this.counted) this.unread += 1;
            this.timeline.add(event);
        } else if (event.type === 'member') {
            if (['joined', 'invited'].includes(event.change)) this.members += 1;
            if (['left', 'kicked', 'banned'].includes(event.change)) this.members -= 1;
            if (event.user === me && event.change === 'role') this.role = event.role;
            if (event.user === me && ['muted', 'unmuted'].includes(event.change)) this.muted = event.change === 'muted';
            this.timeline.add(event);
        } else if (event.type === 'room') {
            if (event.title !== undefined) this.title = event.title;
            if (event.topic !== undefined) this.topic = event.topic;
        }
        return 'taken';
    }
}
