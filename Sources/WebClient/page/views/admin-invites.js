import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { session } from '../core/session.js';
import { moment } from './account.js';
import { fill } from './administration.js';
import { actionButton, field, form } from './form.js';
import { section, table } from './page.js';

/** Invites: making one, those that are open, taking one back. */
export function invitesSection() {
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
