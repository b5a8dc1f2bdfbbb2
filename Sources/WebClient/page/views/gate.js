import { h } from '../core/dom.js';
import { language, languages, setLanguage, t } from '../core/language.js';
import { go, goInstead } from '../core/router.js';
import { session } from '../core/session.js';
import { field, form, passwordField } from './form.js';

const username = () => ({
    required: true, maxlength: 32, autocapitalize: 'none', spellcheck: 'false', autocomplete: 'username', dir: 'ltr',
});

/** Log in. `target` is where to go afterwards. The field for a second factor appears when the server asks for one. */
export function logInView(target) {
    const code = field('totp', t('totpCode'), {
        autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: 'false', maxlength: 64, dir: 'ltr',
    }, t('totpCodeHint'));
    code.hidden = true;
    return gate(t('logIn'), t('logInLead'),
        form({
            label: t('logIn'), action: t('logIn'),
            async submit({ username: name, password, totp }) {
                try {
                    await session.logIn(name.trim().toLowerCase(), password, code.hidden ? undefined : totp.trim());
                } catch (error) {
                    if (error.code !== 'totp_required') throw error;
                    code.hidden = false;
                    code.querySelector('input').focus();
                    return t('totpRequired');
                }
                goInstead(target);
                return null;
            },
        },
        field('username', t('username'), { ...username(), autofocus: true }),
        passwordField('password', t('password'), { autocomplete: 'current-password' }),
        code),
        h('p', { class: 'hint' }, t('needAccount')));
}

/** Create an account: the first one, or by an invite. */
export function registerView({ invite, isFirst }) {
    const lead = isFirst ? t('firstAccountLead') : invite ? t('registerLead') : t('registerOpenLead');
    return gate(isFirst ? t('firstAccount') : t('register'), lead,
        form({
            label: t('createAccount'), action: t('createAccount'),
            async submit({ username: user, name, password }) {
                const fields = { username: user.trim().toLowerCase(), password };
                if (name.trim()) fields.name = name.trim();
                if (invite) fields.invite = invite;
                await session.register(fields);
                // The secret does not stay in the browser's history.
                goInstead('#/');
            },
        },
        field('username', t('username'), { ...username(), autofocus: true }, t('usernameHint')),
        field('name', t('displayName'), { autocomplete: 'name', maxlength: 64 }, t('displayNameHint')),
        passwordField('password', t('password'), { autocomplete: 'new-password', minlength: 8 }, t('passwordHint'))),
        h('p', {}, h('a', { href: '#/login' }, t('haveAccount'))));
}

/** An invite was opened by somebody who is logged in. */
export function alreadyInView() {
    const name = session.user.name || session.user.id;
    return gate(t('register'), t('alreadyIn', { name }),
        h('div', { class: 'actions' },
            h('button', { type: 'button', class: 'primary', on: { click: () => goInstead('#/') } }, t('goOn', { name })),
            h('button', { type: 'button', on: { click: () => session.logOut() } }, t('logOut'))));
}

/** The session is over. */
export function endedView(reason) {
    return gate(t('endedTitle'), t(`ended_${reason}`),
        h('div', { class: 'actions' },
            h('button', { type: 'button', class: 'primary', autofocus: true, on: { click: () => {
                if (location.hash === '#/login') dispatchEvent(new HashChangeEvent('hashchange'));
                else go('#/login');
            } } }, t('logInAgain'))));
}

/** The menu of languages. */
export function languageMenu() {
    const select = h('select', {
        'aria-label': t('languageLabel'), class: 'language', on: { change: ({ target }) => {
            setLanguage(target.value);
            dispatchEvent(new Event('parley-language'));
        } },
    }, languages.map(({ code, name }) => h('option', { value: code, selected: code === language(), lang: code }, name)));
    return select;
}

function gate(title, lead, ...content) {
    return h('div', { class: 'gate' },
        h('header', { class: 'gate-header' }, h('p', { class: 'brand' }, 'Parley'), languageMenu()),
        h('main', { class: 'gate-card', id: 'content' },
            h('h1', { tabindex: '-1' }, title), h('p', { class: 'lead' }, lead), content));
}
