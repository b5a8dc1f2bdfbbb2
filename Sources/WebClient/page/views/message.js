import { h, replace } from '../core/dom.js';
import { formatMoment, formatTime, t } from '../core/language.js';
import { nameElement, nameOf } from '../core/names.js';
import { avatar } from './avatar.js';
import { errorWords } from './form.js';

const webAddress = /https?:\/\/[^\s<>"'`]+/g;

/** A message's text, with its web addresses as links. */
export function textNodes(text) {
    const nodes = [];
    let end = 0;
    for (const match of text.matchAll(webAddress)) {
        const address = match[0].replace(/[.,;:!?)\]}]+$/, '');
        if (!URL.canParse(address)) continue;
        nodes.push(text.slice(end, match.index));
        nodes.push(h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address));
        end = match.index + address.length;
    }
    nodes.push(text.slice(end));
    return nodes.filter((node) => node !== '');
}

/** A message in a list. */
export function messageElement(message) {
    const at = new Date(message.at);
    return h('li', { class: 'message', 'data-seq': message.seq },
        avatar(message.from),
        h('article', {},
            h('header', {},
                nameElement(message.from, 'strong', { class: 'author' }),
                h('time', { datetime: message.at, title: formatMoment(at) }, formatTime(at))),
            message.deleted
                ? h('p', { class: 'deleted' }, t('deleted'))
                : h('p', { class: 'text', dir: 'auto' }, textNodes(message.text))));
}

/** A change of the members, between the messages. */
export function noteElement(event) {
    return h('li', { class: 'note', dir: 'auto' },
        t(`change_${event.change}`, { name: nameOf(event.user), by: nameOf(event.by) }));
}

/** The line between two days. */
export function dayElement(words) {
    return h('li', { class: 'day' }, h('span', {}, words));
}

/** A message on its way. */
export function pendingElement(entry, me) {
    return h('li', { class: 'message is-pending', 'data-nonce': entry.nonce },
        avatar(me),
        h('article', {},
            h('header', {}, nameElement(me, 'strong', { class: 'author' })),
            h('p', { class: 'text', dir: 'auto' }, textNodes(entry.text)),
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
