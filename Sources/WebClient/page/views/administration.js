import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { learnNames, nameElement } from '../core/names.js';
import { session } from '../core/session.js';
import { moment } from './account.js';
import { actionButton, errorWords, field, form } from './form.js';
import { page, section, table } from './page.js';
import { receiptElement } from './receipt.js';

/** For administrators: invites, users, sessions. */
export function administrationView() {
    return page(t('administration'), invitesSection(), usersAndSessions());
}

function invitesSection() {
    const status = h('p', { class: 'form-status', role: 'status' });
    const made = h('div', { 'aria-live': 'polite' });
    const place = h('div');

    async function show() {
        await fill(place, async () => {
            const list = await session.list('/admin/invites');
            return table(t('invites'), [t('role'), t('usesLeft'), t('expires'), t('createdBy'), t('actions')],
                list.map((invite) => [
                    t(`role_${invite.role}`), String(invite.uses_left),
                    invite.expires_at ? moment(invite.expires_at) : '–', invite.created_by,
                    actionButton(t('delete'), async () => {
                        await session.api('DELETE', `/admin/invites/${part(invite.id)}`);
                        await show();
                    }, { status, 'aria-label': t('deleteInvite', { id: invite.id }) }),
                ]));
        });
    }

    show();
    return section(t('invites'), form({
        label: t('makeInvite'), action: t('makeInvite'), className: 'form inline',
        async submit({ role, uses, hours }) {
            const invite = await session.api('POST', '/admin/invites', {
                role, uses: Number(uses), expires_in: Number(hours) * 3600,
            });
            replace(made, linkBox(invite.url));
            await show();
        },
    },
    field('role', t('inviteRole'), { options: [['user', t('role_user')], ['admin', t('role_admin')]] }),
    field('uses', t('inviteUses'), { type: 'number', min: 1, max: 1000, value: 1, required: true }),
    field('hours', t('inviteExpires'), { options: [
        ['24', t('hours', { count: 24 })], ['168', t('days', { count: 7 })], ['720', t('days', { count: 30 })],
    ] })),
    made, status, place);
}

function linkBox(url) {
    const said = h('span', { role: 'status' });
    const input = h('input', {
        class: 'invite-link', readonly: true, value: url, 'aria-label': t('inviteLink'), dir: 'ltr',
        on: { focus: ({ target }) => target.select() },
    });
    return h('div', { class: 'receipt' },
        h('h3', {}, t('inviteLink')),
        h('div', { class: 'link-row' }, input, actionButton(t('copy'), async () => {
            await navigator.clipboard.writeText(url);
            said.textContent = t('copied');
        })),
        h('p', { class: 'hint' }, t('inviteOnce'), ' ', said));
}

function usersAndSessions() {
    const status = h('p', { class: 'form-status', role: 'status' });
    const receipt = h('div', { 'aria-live': 'polite' });
    const users = h('div', {}, t('loading'));
    const sessions = h('div', {}, t('loading'));
    const choice = h('select', { 'aria-label': t('sessionsOfUser'), on: { change: showSessions } },
        h('option', { value: '' }, t('everyone')));

    async function revoke(target) {
        replace(receipt, receiptElement(await session.api('POST', '/admin/revocations', target)));
        receipt.scrollIntoView({ block: 'nearest' });
        await showSessions();
    }

    async function showUsers() {
        await fill(users, async () => {
            const list = await session.list('/admin/users');
            learnNames(list);
            choice.append(...list.map(({ id }) => h('option', { value: id }, id)));
            return table(t('users'), [t('user'), t('role'), t('status'), t('created'), t('actions')], list.map((user) => [
                h('span', {}, nameElement(user.id), ' ', h('span', { class: 'hint' }, `@${user.id}`)),
                t(`role_${user.role}`), user.disabled ? t('disabled') : t('active'), moment(user.created_at),
                actionButton(t('endSessions'), () => revoke({ user: user.id }), {
                    status, 'aria-label': t('endSessionsOf', { name: user.id }),
                }),
            ]));
        });
    }

    async function showSessions() {
        await fill(sessions, async () => {
            const list = await session.list(`/admin/sessions${choice.value ? `?user=${part(choice.value)}` : ''}`);
            return table(t('allSessions'), [t('user'), t('device'), t('address'), t('lastSeen'), t('actions')],
                list.map((item) => [
                    item.user, h('span', { dir: 'auto' }, item.device || t('unknownDevice')), item.address || '–',
                    moment(item.last_seen_at),
                    actionButton(t('endSession'), () => revoke({ session: item.id }), {
                        status, 'aria-label': t('endSessionOf', { device: `${item.user} ${item.device ?? ''}` }),
                    }),
                ]));
        });
    }

    showUsers();
    showSessions();
    return [
        section(t('users'), status, receipt, users),
        section(t('allSessions'), h('p', {}, t('sessionsOfUser'), ' ', choice), sessions),
    ];
}

async function fill(place, make) {
    try {
        replace(place, await make());
    } catch (error) {
        replace(place, h('p', { class: 'is-error' }, errorWords(error)));
    }
}
