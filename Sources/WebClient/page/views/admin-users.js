import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { learnNames, nameElement } from '../core/names.js';
import { session } from '../core/session.js';
import { moment } from './account.js';
import { fill } from './administration.js';
import { ask } from './dialog.js';
import { actionButton } from './form.js';
import { menu, section, table } from './page.js';
import { receiptElement } from './receipt.js';

/** Users and their sessions; what ends sessions answers with its receipt. */
export function usersAndSessions() {
    const status = h('p', { class: 'form-status', role: 'status' });
    const receipt = h('div', { 'aria-live': 'polite' });
    const users = h('div', {}, t('loading'));
    const sessions = h('div', {}, t('loading'));
    const choice = h('select', { 'aria-label': t('sessionsOfUser'), on: { change: showSessions } },
        h('option', { value: '' }, t('everyone')));

    async function revoke(method, path, body) {
        replace(receipt, receiptElement(await session.api(method, path, body)));
        receipt.scrollIntoView({ block: 'nearest' });
        await Promise.all([showUsers(), showSessions()]);
    }

    async function change(method, path, body) {
        replace(receipt);
        await session.api(method, path, body);
        await showUsers();
    }

    async function showUsers() {
        await fill(users, async () => {
            const list = await session.list('/admin/users');
            learnNames(list);
            const chosen = choice.value;
            replace(choice, h('option', { value: '' }, t('everyone')), list.map(({ id }) => h('option', { value: id }, id)));
            choice.value = chosen;
            return table(t('users'), [t('user'), t('role'), t('status'), t('created'), t('actions')], list.map((user) => [
                h('span', {}, nameElement(user.id), ' ', h('span', { class: 'hint' }, `@${user.id}`)),
                t(`role_${user.role}`), user.disabled ? h('strong', { class: 'is-error' }, t('disabled')) : t('active'),
                moment(user.created_at),
                h('span', { class: 'cell-actions' },
                    actionButton(t('endSessions'), () => revoke('POST', '/admin/revocations', { user: user.id }), {
                        status, 'aria-label': t('endSessionsOf', { name: user.id }),
                    }),
                    userMenu(user)),
            ]));
        });
    }

    function userMenu({ id, role, disabled }) {
        const path = `/admin/users/${part(id)}`;
        const other = role === 'admin' ? 'user' : 'admin';
        return menu(t('actionsFor', { name: id }), [
            id !== session.user.id && actionButton(t(`change_to_${other}`), () => change('PUT', `${path}/role`, { role: other }), { status }),
            actionButton(t('totpReset'), async () => {
                if (await ask({ title: t('totpResetConfirm', { name: id }), action: t('yes'), isDangerous: true })) {
                    await change('DELETE', `${path}/totp`);
                }
            }, { status }),
            disabled
                ? actionButton(t('enable'), () => change('POST', `${path}/enable`, {}), { status })
                : id !== session.user.id && actionButton(t('disable'), async () => {
                    if (await ask({ title: t('disableConfirm', { name: id }), action: t('disable'), isDangerous: true })) {
                        await revoke('POST', `${path}/disable`, {});
                    }
                }, { status, class: 'danger' }),
        ]);
    }

    async function showSessions() {
        await fill(sessions, async () => {
            const list = await session.list(`/admin/sessions${choice.value ? `?user=${part(choice.value)}` : ''}`);
            return table(t('allSessions'), [t('user'), t('device'), t('address'), t('lastSeen'), t('actions')],
                list.map((item) => [
                    item.user, h('span', { dir: 'auto' }, item.device || t('unknownDevice')), item.address || '–',
                    moment(item.last_seen_at),
                    actionButton(t('endSession'), () => revoke('POST', '/admin/revocations', { session: item.id }), {
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
