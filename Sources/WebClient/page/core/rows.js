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

/** A drawing that happens once with the next frame, however often it is asked for. A hidden page has no frames. */
export class Drawing {
    #draw;
    #frame = 0;
    #timer = 0;

    constructor(draw) {
        this.#draw = draw;
    }

    schedule() {
        if (this.#frame || this.#timer) return;
        const draw = () => {
            this.cancel();
            this.#draw();
        };
        if (document.hidden) this.#timer = setTimeout(draw, 200);
        else {
            this.#frame = requestAnimationFrame(draw);
            // A page that is being hidden gets its frame only when it is shown again.
            this.#timer = setTimeout(draw, 1000);
        }
    }

    cancel() {
        cancelAnimationFrame(this.#frame);
        clearTimeout(this.#timer);
        this.#frame = this.#timer = 0;
    }
}
