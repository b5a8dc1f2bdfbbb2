import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { formatMoment, t } from '../core/language.js';
import { learnNames } from '../core/names.js';
import { canNotify, chooseNotifications, notificationChoice } from '../core/notifications.js';
import { session } from '../core/session.js';
import { setTheme, theme, themes } from '../core/theme.js';
import { actionButton, errorWords, field, form, passwordField } from './form.js';
import { languageMenu } from './gate.js';
import { page, section, table } from './page.js';
import { receiptElement } from './receipt.js';
import { secondFactorSection } from './second-factor.js';

/** A user's own account: name, sessions, password, second factor, and how this browser shows things. */
export function accountView() {
    const sessions = sessionsSection();
    return page(t('account'), profileSection(), sessions.element, passwordSection(sessions), secondFactorSection(),
        browserSection());
}

function profileSection() {
    return section(t('profile'), form({
        label: t('profile'), action: t('save'), async submit({ name }) {
            await session.rename(name.trim());
            learnNames([session.user]);
            return t('saved');
        },
    },
    h('p', { class: 'hint' }, `@${session.user.id} · ${t(`role_${session.user.role}`)}`),
    field('name', t('displayName'), { value: session.user.name, maxlength: 64, autocomplete: 'name', required: true })));
}

function passwordSection(sessions) {
    const receipt = h('div', { 'aria-live': 'polite' });
    return section(t('changePassword'), h('p', {}, t('changePasswordLead')), form({
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
    receipt);
}

/** What belongs to this browser: language, colours, notifications. */
function browserSection() {
    const colours = field('theme', t('theme'), { options: themes.map((name) => [name, t(`theme_${name}`)]) });
    const choice = colours.querySelector('select');
    choice.value = theme();
    choice.addEventListener('change', () => setTheme(choice.value));
    const notices = field('notifications', t('notifications'), {
        options: ['none', 'mine', 'all'].map((name) => [name, t(`notify_${name}`)]), disabled: !canNotify,
    }, canNotify ? null : t('notifyImpossible'));
    const wish = notices.querySelector('select');
    const said = h('p', { class: 'hint', role: 'status' });
    wish.value = notificationChoice();
    wish.addEventListener('change', async () => {
        const wanted = wish.value;
        wish.value = await chooseNotifications(wanted);
        said.textContent = wish.value === wanted ? '' : t('notifyRefused');
    });
    return section(t('thisBrowser'), h('div', { class: 'form' },
        h('div', { class: 'field' }, h('span', { class: 'label' }, t('languageLabel')), languageMenu()), colours, notices, said));
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
