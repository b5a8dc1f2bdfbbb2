import { h } from './dom.js';
import { part } from './http.js';
import { session } from './session.js';

const known = new Map();
const asked = new Set();

/** What a user is called, their username as long as more is not known. */
export function nameOf(user) {
    if (!known.has(user)) ask(user);
    return known.get(user) ?? user;
}

/** An element with a user's name, which changes when the name becomes known. */
export function nameElement(user, tag = 'span', attributes = {}) {
    return h(tag, { dir: 'auto', 'data-name-of': user, title: user, ...attributes }, nameOf(user));
}

/** Takes names that came with something else. */
export function learnNames(users) {
    for (const { id, name } of users) {
        const words = name || id;
        if (known.get(id) === words) continue;
        known.set(id, words);
        for (const element of document.querySelectorAll(`[data-name-of="${CSS.escape(id)}"]`)) {
            element.textContent = words;
        }
        dispatchEvent(new CustomEvent('parley-name', { detail: id }));
    }
}

/** Forgets every name. */
export function forgetNames() {
    known.clear();
    asked.clear();
}

async function ask(user) {
    if (!session.user || asked.has(user)) return;
    asked.add(user);
    try {
        learnNames([(await session.api('GET', `/users/${part(user)}`)).user]);
    } catch {
        // The username stands there meanwhile; asked again with the next page.
        asked.delete(user);
        known.set(user, user);
    }
}
