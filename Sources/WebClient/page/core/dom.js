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

/** Makes an element of SVG. */
export function svg(name, attributes = {}, ...children) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    append(element, children);
    return element;
}

/** Writes a text where it is another: what stays as it is costs no layout. */
export function set(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

let spoken = null;
/** Says a text to screen readers; of many at once the last. */
export function announce(text) {
    clearTimeout(spoken);
    spoken = setTimeout(() => {
        document.getElementById('announcements').textContent = text;
    }, 150);
}
