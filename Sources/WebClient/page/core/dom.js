/**
 * Makes an element. Children are nodes, text or nothing; text only ever becomes a text node, so that nothing a person
 * wrote is read as markup.
 *
 * Attributes: `class`, `on` (listeners by event), `false` and `null` leave one out, `true` sets it empty.
 */
export function h(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
        if (key === 'on') {
            for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
        } else if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(key, value === true ? '' : String(value));
        }
    }
    append(element, children);
    return element;
}

/** Adds children as `h` does. */
export function append(element, children) {
    for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined && child !== false) element.append(child);
    }
}

/** Puts children in the place of those that are there. */
export function replace(element, ...children) {
    element.replaceChildren();
    append(element, children);
}

/**
 * Brings the children of `parent` in line with `rows`, keeping the node of every row that stays. `key` names a row,
 * `make` makes its node, `update` is called for every row. Nodes are remembered in `nodes`.
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
    for (const row of rows) {
        const name = key(row);
        let node = nodes.get(name);
        if (!node) {
            node = make(row);
            nodes.set(name, node);
        }
        update(node, row);
        if (node === place) place = place.nextSibling;
        else parent.insertBefore(node, place);
    }
}

/** Says a text to screen readers. */
export function announce(text) {
    document.getElementById('announcements').textContent = text;
}
