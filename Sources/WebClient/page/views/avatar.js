import { h } from '../core/dom.js';
import { nameOf } from '../core/names.js';

/** A coloured disc with the first letter of a name; the colour belongs to the user. */
export function avatar(user) {
    const letter = Array.from(nameOf(user).trim())[0] ?? '?';
    return h('span', { class: `avatar tint-${tint(user)}`, 'aria-hidden': 'true' }, letter.toUpperCase());
}

function tint(user) {
    let sum = 7;
    for (const character of user) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
    return sum % 8;
}
