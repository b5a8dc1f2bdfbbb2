/** More messages than this are not kept at once: reading on in one direction lets go of the other end. */
export const mostKept = 240;
/** What is left of a room at whose end the reader is once it has become too long. */
const keptAtEnd = 150;
/** So many more are let come before the oldest go, all at once. */
const slack = 50;

/**
 * A stretch of a room's messages, in the order of their `seq`, without a gap. It starts at the end of the room, grows
 * in both directions, and can be taken up anywhere else.
 */
export class Timeline {
    items = [];
    /** Whether the first item is the first of the room. */
    reachesStart = false;
    /** Whether the last item is the newest of the room. */
    reachesEnd = true;
    /** Whether a page was read at all. */
    isLoaded = false;
    #known = new Map();

    /** The item with that `seq`. */
    at(seq) {
        return this.#known.get(seq);
    }

    /** The `seq` before which the next older page ends; undefined while nothing is there. */
    get first() {
        return this.items[0]?.seq;
    }

    /** The `seq` after which the next newer page starts; undefined while nothing is there. */
    get last() {
        return this.items.at(-1)?.seq;
    }

    /** Adds a new event at the end, or puts it in the place of the same one. */
    add(event) {
        const old = this.#known.get(event.seq);
        if (old) {
            Object.assign(old, event);
            touch(old);
            return;
        }
        if (!this.reachesEnd) return;
        this.#known.set(event.seq, event);
        let index = this.items.length;
        while (index > 0 && this.items[index - 1].seq > event.seq) index -= 1;
        this.items.splice(index, 0, event);
    }

    /** Adds the page before the first item, or the newest page to what came meanwhile. */
    addOlder(messages, hasMore) {
        this.items = [...this.#fresh(messages), ...this.items].sort((a, b) => a.seq - b.seq);
        this.reachesStart = !hasMore;
        this.isLoaded = true;
    }

    /** Adds the page after the last item. `reachesEnd` tells whether nothing follows it. */
    addNewer(messages, reachesEnd) {
        this.items = [...this.items, ...this.#fresh(messages)].sort((a, b) => a.seq - b.seq);
        this.reachesEnd = reachesEnd;
    }

    /** Begins anew with that page; both ends are open. */
    restart(messages) {
        this.#known.clear();
        this.items = this.#fresh(messages);
        this.reachesStart = false;
        this.reachesEnd = false;
        this.isLoaded = true;
    }

    /** Begins anew from the end of the room. */
    reset() {
        this.#known.clear();
        this.items = [];
        this.reachesStart = false;
        this.reachesEnd = true;
        this.isLoaded = false;
    }

    /** Lets go of the oldest items where the reader is at the end and far from them. */
    trimBehind() {
        if (this.items.length > keptAtEnd + slack) this.trimStart(keptAtEnd);
    }

    /** Lets go of the oldest items beyond the most that are kept; they can be read again. */
    trimStart(count = mostKept) {
        if (this.items.length <= count) return;
        for (const item of this.items.splice(0, this.items.length - count)) this.#known.delete(item.seq);
        this.reachesStart = false;
    }

    /** Lets go of the newest items beyond the most that are kept; they can be read again. */
    trimEnd(count = mostKept) {
        if (this.items.length <= count) return;
        for (const item of this.items.splice(count)) this.#known.delete(item.seq);
        this.reachesEnd = false;
    }

    #fresh(messages) {
        const fresh = messages.filter((message) => !this.#known.has(message.seq));
        for (const message of fresh) this.#known.set(message.seq, message);
        return fresh;
    }
}

/** Marks an item as changed, so that it is drawn again. */
export function touch(item) {
    item.revision = (item.revision ?? 0) + 1;
}
