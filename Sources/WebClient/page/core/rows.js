/**
 * Brings the children of `parent` in line with `rows`, keeping the node of every row that stays. `key` names a row,
 * `make` makes its node, `update` is called for every row and may answer another node to stand in its place. Nodes are
 * remembered in `nodes`. What is new and stands together goes in as one fragment.
 */
export function reconcile(parent, nodes, rows, key, make, update) {
    const wanted = new Set(rows.map(key));
    for (const [name, node] of nodes) {
        if (!wanted.has(name)) {
            node.remove();
            nodes.delete(name);
        }
    }
    let place = parent.firstChild;
    let batch = null;
    const putBatch = () => {
        if (batch) parent.insertBefore(batch, place);
        batch = null;
    };
    for (const row of rows) {
        const name = key(row);
        const old = nodes.get(name);
        let node = old ?? make(row);
        const other = update(node, row);
        if (other && other !== node) {
            if (place === node) place = other;
            node.replaceWith(other);
            node = other;
        }
        nodes.set(name, node);
        if (node === place) {
            putBatch();
            place = place.nextSibling;
        } else {
            batch ??= document.createDocumentFragment();
            batch.append(node);
        }
    }
    putBatch();
}

/** The share of the time that a drawing may take: one that took 10 ms is followed by 20 ms for everything else. */
const share = 0.33;
const longestPause = 100;

/**
 * A drawing that happens once with the next frame, however often it is asked for, and the less often the longer it
 * takes: much that comes at once is drawn together. A hidden page has no frames.
 */
export class Drawing {
    #draw;
    #frame = 0;
    #timer = 0;
    #notBefore = 0;

    constructor(draw) {
        this.#draw = draw;
    }

    schedule() {
        if (this.#frame || this.#timer) return;
        const pause = this.#notBefore - performance.now();
        if (document.hidden) this.#timer = setTimeout(() => this.#now(), 200);
        else if (pause > 0) this.#timer = setTimeout(() => this.#withFrame(), pause);
        else this.#withFrame();
    }

    cancel() {
        cancelAnimationFrame(this.#frame);
        clearTimeout(this.#timer);
        this.#frame = this.#timer = 0;
    }

    #withFrame() {
        this.#frame = requestAnimationFrame(() => this.#now());
        // A page that is being hidden gets its frame only when it is shown again.
        this.#timer = setTimeout(() => this.#now(), 1000);
    }

    #now() {
        this.cancel();
        const started = performance.now();
        this.#draw();
        const took = performance.now() - started;
        this.#notBefore = started + Math.min(longestPause, took / share);
    }
}
