/** The events of one room that are shown, in the order of their `seq`, without a gap from the first one kept. */
export class Timeline {
    items = [];
    /** Whether the first item is the first of the room. */
    reachesStart = false;
    /** Whether a page was read at all. */
    isLoaded = false;
    #known = new Map();

    /** The item with that `seq`. */
    at(seq) {
        return this.#known.get(seq);
    }

    /** Adds an event, or puts it in the place of the same one. */
    add(event) {
        const old = this.#known.get(event.seq);
        if (old) {
            Object.assign(old, event);
            return;
        }
        this.#known.set(event.seq, event);
        let index = this.items.length;
        while (index > 0 && this.items[index - 1].seq > event.seq) index -= 1;
        this.items.splice(index, 0, event);
    }

    /** Adds a page of history. */
    addPage(messages, hasMore) {
        const fresh = messages.filter((message) => !this.#known.has(message.seq));
        for (const message of fresh) this.#known.set(message.seq, message);
        this.items = [...fresh, ...this.items].sort((a, b) => a.seq - b.seq);
        this.reachesStart = !hasMore;
        this.isLoaded = true;
    }

    /** The `seq` before which the next older page ends; undefined for the newest page. */
    get first() {
        return this.items[0]?.seq;
    }

    /** Lets go of the oldest items beyond `count`; they can be read again. */
    keepLast(count) {
        if (this.items.length <= count) return;
        for (const item of this.items.splice(0, this.items.length - count)) this.#known.delete(item.seq);
        this.reachesStart = false;
    }
}
