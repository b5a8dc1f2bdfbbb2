import { h, replace } from '../core/dom.js';
import { formatMoment, formatTime, t } from '../core/language.js';
import { nameElement, nameOf } from '../core/names.js';
import { markdown } from '../text/markdown.js';
import { plain } from '../text/plain.js';
import { avatar } from './avatar.js';
import { attachments } from './attachment.js';
import { errorWords } from './form.js';
import { icon } from './icons.js';

/** The element of a mention; one of `me` stands out. */
export function mentionElement(user, me) {
    return h('span', { class: user === me ? 'mention is-me' : 'mention', 'data-user': user }, `@${user}`);
}

/** A message's text as elements. */
export function textElement(text, me) {
    return h('div', { class: 'text' }, markdown(text, (user) => mentionElement(user, me)));
}

/** A message in a list. `quote(seq)` gives the message that is answered, or a promise of it. */
export function messageElement(message, { me, quote }) {
    const at = new Date(message.at);
    return h('li', { class: 'message', id: `m${message.seq}`, 'data-seq': message.seq, tabindex: '-1' },
        avatar(message.from),
        h('article', {},
            h('header', {},
                nameElement(message.from, 'strong', { class: 'author' }),
                h('time', { datetime: message.at, title: formatMoment(at) }, formatTime(at))),
            message.reply_to && !message.deleted && quoteElement(message.reply_to, quote),
            message.deleted
                ? h('p', { class: 'deleted' }, t('deleted'))
                : [
                    message.text && textElement(message.text, me),
                    attachments(message.files),
                ],
            message.edited_at && !message.deleted && h('p', { class: 'edited', title: formatMoment(new Date(message.edited_at)) },
                t('edited')),
            reactionList(message)));
}

/** The message that is answered, on one line; pressed, it is gone to. */
function quoteElement(seq, quote) {
    const button = h('button', { type: 'button', class: 'quote', 'data-jump': seq }, icon('reply'));
    const show = (original) => {
        replace(button, icon('reply'), h('span', { class: 'visually-hidden' }, t('inReplyTo')),
            ...original && !original.deleted
                ? [h('strong', { dir: 'auto' }, nameOf(original.from)), h('span', { dir: 'auto' },
                    plain(original.text, 120) || original.files?.[0]?.name || '')]
                : [h('span', {}, t('deleted'))]);
    };
    const original = quote(seq);
    if (original instanceof Promise) original.then(show);
    else show(original);
    return button;
}

function reactionList(message) {
    if (message.deleted || !message.reactions?.length) return null;
    return h('ul', { class: 'reactions', 'aria-label': t('reactions') }, message.reactions.map(({ emoji, count, mine, users }) => {
        const names = users?.length ? users.map(nameOf).join(', ') : '';
        return h('li', {}, h('button', {
            type: 'button', 'data-emoji': emoji, 'aria-pressed': String(mine), title: names,
            'aria-label': t('reaction', { emoji, count }),
        }, h('span', { 'aria-hidden': 'true' }, emoji), ' ', h('span', { 'aria-hidden': 'true' }, String(count))));
    }));
}

/** A change of the members, between the messages. */
export function noteElement(event) {
    const role = event.role ? t(`role_${event.role}`) : '';
    return h('li', { class: 'note', dir: 'auto' },
        t(`change_${event.change}`, { name: nameOf(event.user), by: nameOf(event.by), role }));
}

/** The line between two days, or above what is new. */
export function dividerElement(words, className) {
    return h('li', { class: className }, h('span', {}, words));
}

/** Who has read the newest message. */
export function seenElement() {
    return h('li', { class: 'seen' });
}

/** Names who has read the newest message. */
export function updateSeen(element, users) {
    const names = users.slice(0, 3).map(nameOf).join(', ');
    const words = users.length > 3 ? t('seenByMore', { names, count: users.length - 3 }) : t('seenBy', { names });
    if (element.textContent !== words) element.textContent = words;
}

/** A message on its way. */
export function pendingElement(entry, me) {
    return h('li', { class: 'message is-pending', 'data-nonce': entry.nonce, tabindex: '-1' },
        avatar(me),
        h('article', {},
            h('header', {}, nameElement(me, 'strong', { class: 'author' })),
            entry.text && textElement(entry.text, me),
            attachments(entry.files),
            h('p', { class: 'sending' })));
}

/** Shows how a message on its way is doing. */
export function updatePending(element, entry, isOnline, outbox) {
    const state = entry.failure ?? (isOnline ? 'sending' : 'waiting');
    if (element.dataset.state === state) return;
    element.dataset.state = state;
    element.classList.toggle('has-failed', Boolean(entry.failure));
    const line = element.querySelector('.sending');
    if (!entry.failure) {
        replace(line, t(state));
        return;
    }
    replace(line, t('notSent', { why: errorWords({ code: entry.failure }) }), ' ',
        h('button', { type: 'button', class: 'link', on: { click: () => outbox.retry(entry) } }, t('retry')), ' ',
        h('button', { type: 'button', class: 'link', on: { click: () => outbox.discard(entry) } }, t('discard')));
}
