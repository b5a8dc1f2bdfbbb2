import { h } from '../core/dom.js';
import { t } from '../core/language.js';
import { nameOf } from '../core/names.js';

/** A coloured disc with the first letter of a name; the colour belongs to the user. With `presence`, whether they are there. */
export function avatar(user, presence = null) {
    const letter = Array.from(nameOf(user).trim())[0] ?? '?';
    const disc = h('span', { class: `avatar tint-${tint(user)}`, 'aria-hidden': presence ? null : 'true' },
        h('span', { 'aria-hidden': 'true' }, letter.toUpperCase()));
    if (presence) {
        const dot = h('span', { class: 'dot', 'data-status-of': user });
        disc.append(dot);
        showStatus(dot, presence.of(user));
    }
    return disc;
}

/** Shows a presence on its dot; a dot that is not on the page is left alone. */
export function showStatus(dot, status) {
    dot.dataset.status = status ?? 'unknown';
    if (!status) return;
    dot.setAttribute('role', 'img');
    dot.setAttribute('aria-label', t(`status_${status}`));
    dot.title = t(`status_${status}`);
}

function tint(user) {
    let sum = 7;
    for (const character of user) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
    return sum % 8;
}
