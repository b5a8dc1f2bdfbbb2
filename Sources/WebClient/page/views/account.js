import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { formatMoment, t } from '../core/language.js';
import { learnNames } from '../core/names.js';
import { session } from '../core/session.js';
import { actionButton, errorWords, field, form, passwordField } from './form.js';
import { languageMenu } from './gate.js';
import { page, section, table } from './page.js';
import { receiptElement } from './receipt.js';

/** A user's own account: name, password, sessions, language. */
export function accountView() {
    const sessions = sessionsSection();
    const receipt = h('div', { 'aria-live': 'polite' });
    return page(t('account'),
        section(t('profile'), form({
            label: t('profile'), action: t('save'), async submit({ name }) {
                await session.rename(name.trim());
                learnNames([session.user]);
                return t('saved');
            },
        },
        h('p', { class: 'hint' }, `@${session.user.id} · ${t(`role_${session.user.role}`)}`),
        field('name', t('displayName'), { value: session.user.name, maxlength: 64, autocomplete: 'name', required: true }))),
        sessions.element,
        section(t('changePassword'), h('p', {}, t('changePasswordLead')), form({
            label: t('changePassword'), action: t('changePassword'), async submit(values, element) {
                replace(receipt);
                const done = await session.api('POST', '/me/password', { current: values.current, new: values.new });
                element.reset();
                replace(receipt, receiptElement(done));
                await sessions.show();
            },
        },
        h('input', { type: 'text', autocomplete: 'username', value: session.user.id, hidden: true }),
        passwordField('current', t('currentPassword'), { autocomplete: 'current-password' }),
        passwordField('new', t('newPassword'), { autocomplete: 'new-password', minlength: 8 }, t('passwordHint'))),
        receipt),
        section(t('languageLabel'), languageMenu()));
}

function sessionsSection() {
    const status = h('p', { class: 'form-status', role: 'status' });
    const place = h('div', {}, t('loading'));
    const receipt = h('div', { 'aria-live': 'polite' });
    const others = actionButton(t('endOthers'), () => end('/sessions'), { status, class: 'danger' });

    async function end(path) {
        replace(receipt, receiptElement(await session.api('DELETE', path)));
        await show();
    }

    async function show() {
        try {
            const list = await session.list('/sessions');
            others.hidden = list.length < 2;
            list.sort((a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at));
            replace(place, table(t('sessions'), [t('device'), t('address'), t('created'), t('lastSeen'), t('actions')],
                list.map((item) => [
                    h('span', { dir: 'auto' }, item.device || t('unknownDevice')), item.address || '–',
                    moment(item.created_at), moment(item.last_seen_at),
                    item.current
                        ? h('strong', {}, t('thisSession'))
                        : actionButton(t('endSession'), () => end(`/sessions/${part(item.id)}`), {
                            status, 'aria-label': t('endSessionOf', { device: item.device || t('unknownDevice') }),
                        }),
                ])));
        } catch (error) {
            replace(place, h('p', { class: 'is-error' }, errorWords(error)));
        }
    }

    show();
    return { element: section(t('sessions'), h('p', {}, t('sessionsLead')), place, status, others, receipt), show };
}

/** A moment in a table. */
export function moment(text) {
    return h('time', { datetime: text }, formatMoment(new Date(text)));
}
