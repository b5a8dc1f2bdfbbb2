import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { formatMoment, t } from '../core/language.js';
import { learnNames, nameElement } from '../core/names.js';
import { session } from '../core/session.js';
import { actionButton, errorWords, field, form } from './form.js';

/** Seconds between two messages of a member, to choose from. */
const pauses = [0, 10, 60, 300, 3600];

/** What those who keep order in a room may change: its title, topic and slow mode, the bans, and whether it is open. */
export function roomSettings(chat, id) {
    const path = `/rooms/${part(id)}`;
    const { title, topic, slow_mode = 0, archived, role } = chat.rooms.get(id);
    const status = h('p', { class: 'form-status', role: 'status' });
    const bans = h('ul', { class: 'member-list' });
    const slow = field('slow_mode', t('slowMode'), {
        options: [...new Set([...pauses, slow_mode])].sort((a, b) => a - b)
            .map((seconds) => [String(seconds), seconds ? t('slowSeconds', { count: seconds }) : t('slowOff')]),
    });
    slow.querySelector('select').value = String(slow_mode);

    async function showBans() {
        const list = await session.list(`${path}/bans`);
        learnNames(list.map(({ user, name }) => ({ id: user, name })));
        replace(bans, list.length === 0 && h('li', { class: 'hint' }, t('noBans')), list.map(({ user, until }) => h('li', {},
            h('span', { class: 'member-name' }, nameElement(user),
                until && h('span', { class: 'hint' }, t('until', { time: formatMoment(new Date(until)) }))),
            actionButton(t('unban'), async () => {
                await session.api('DELETE', `${path}/bans/${part(user)}`, {});
                await showBans();
            }, { status }))));
    }

    const details = h('details', { on: { toggle: () => {
        if (details.open) showBans().catch((error) => replace(bans, h('li', { class: 'is-error' }, errorWords(error))));
    } } },
    h('summary', {}, t('roomSettings')),
    form({
        label: t('roomSettings'), action: t('save'), async submit(values) {
            await session.api('PATCH', path, {
                title: values.title.trim(), topic: values.topic.trim(), slow_mode: Number(values.slow_mode),
            });
            return t('saved');
        },
    },
    field('title', t('title'), { value: title ?? '', maxlength: 80, autocomplete: 'off' }),
    field('topic', t('topic'), { value: topic ?? '', maxlength: 500, autocomplete: 'off' }),
    slow),
    role === 'owner' && h('p', { class: 'actions' },
        actionButton(t(archived ? 'unarchive' : 'archive'), async () => {
            await session.api('PATCH', path, { archived: !archived });
            const room = chat.rooms.get(id);
            if (room) room.take({ archived: !archived });
            const again = roomSettings(chat, id);
            again.open = true;
            details.replaceWith(again);
        }, { status })),
    h('h3', {}, t('bans')), bans, status);
    return details;
}
