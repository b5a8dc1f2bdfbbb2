/** How long to wait before the next attempt: full jitter, from nothing up to a ceiling that doubles. */
export class Backoff {
    #attempt = 0;

    constructor({ first = 500, most = 30_000, random = Math.random } = {}) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    /** Milliseconds to wait; never less than `least`, which is what the server asked for. */
    next(least = 0) {
        const ceiling = Math.min(this.most, this.first * 2 ** Math.min(this.#attempt, 20));
        this.#attempt += 1;
        return least + this.random() * ceiling;
    }

    /** The last attempt succeeded. */
    reset() {
        this.#attempt = 0;
    }
}
