import { h, replace, svg } from '../core/dom.js';
import { t } from '../core/language.js';
import { session } from '../core/session.js';
import { actionButton, errorWords, field, form, passwordField } from './form.js';
import { section } from './page.js';

/** The second factor of one's own account: off, being set up, or on. */
export function secondFactorSection() {
    const place = h('div', { class: 'stack' }, t('loading'));
    const status = h('p', { class: 'form-status', role: 'status' });

    async function show() {
        try {
            const { enabled, recovery_codes_left } = await session.api('GET', '/me/totp');
            replace(place, enabled ? on(recovery_codes_left) : off());
        } catch (error) {
            replace(place, h('p', { class: 'is-error' }, errorWords(error)));
        }
    }

    function off() {
        return [h('p', {}, t('totpOff')), actionButton(t('totpSetUp'), async () => {
            replace(place, setUp(await session.api('POST', '/me/totp', {})));
            place.querySelector('input').focus();
        }, { status })];
    }

    function setUp({ secret, qr }) {
        return [
            h('ol', { class: 'steps' },
                h('li', {}, t('totpScan'), qr && drawing(qr),
                    h('p', { class: 'hint' }, t('totpType'), ' ', h('code', { dir: 'ltr', class: 'secret' }, secret))),
                h('li', {}, form({
                    label: t('totpConfirm'), action: t('totpConfirm'), async submit({ code }) {
                        const { recovery_codes } = await session.api('POST', '/me/totp/confirm', { code: code.replace(/\s/g, '') });
                        replace(place, codes(recovery_codes));
                        place.querySelector('h3').focus();
                    },
                }, field('code', t('totpConfirmCode'), {
                    required: true, inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8, dir: 'ltr',
                })))),
        ];
    }

    function codes(list) {
        const said = h('span', { role: 'status' });
        return [
            h('div', { class: 'receipt' },
                h('h3', { tabindex: '-1' }, t('recoveryCodes')),
                h('p', {}, t('recoveryCodesLead')),
                h('ul', { class: 'codes', dir: 'ltr' }, list.map((code) => h('li', {}, h('code', {}, code)))),
                h('div', { class: 'actions' }, actionButton(t('copy'), async () => {
                    await navigator.clipboard.writeText(list.join('\n'));
                    said.textContent = t('copied');
                }), actionButton(t('recoveryCodesKept'), show, { class: 'primary' }), said)),
        ];
    }

    function on(left) {
        return [
            h('p', {}, t('totpOn'), ' ', t('recoveryCodesLeft', { count: left })),
            form({
                label: t('totpTurnOff'), action: t('totpTurnOff'), async submit({ password }) {
                    await session.api('DELETE', '/me/totp', { password });
                    await show();
                },
            }, passwordField('password', t('password'), { autocomplete: 'current-password' })),
        ];
    }

    show();
    return section(t('secondFactor'), h('p', {}, t('secondFactorLead')), place, status);
}

/** A QR code of its rows, black on white, with the quiet zone around it. */
function drawing(rows) {
    const quiet = 4;
    const side = rows.length + 2 * quiet;
    let path = '';
    rows.forEach((row, y) => {
        [...row].forEach((module, x) => {
            if (module === '1') path += `M${x + quiet} ${y + quiet}h1v1h-1z`;
        });
    });
    return svg('svg', { viewBox: `0 0 ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': t('qrCode'), 'shape-rendering': 'crispEdges' },
        svg('rect', { width: side, height: side, fill: '#fff' }), svg('path', { d: path, fill: '#000' }));
}
