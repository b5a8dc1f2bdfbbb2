import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { session } from '../core/session.js';
import { moment } from './account.js';
import { actionButton, errorWords } from './form.js';
import { section, table } from './page.js';

const day = 86_400_000;

/** The audit log: who did what, of a day, a week or a month, and whether its chain is whole. */
export function auditSection() {
    const status = h('p', { class: 'form-status', role: 'status' });
    const place = h('div', {}, t('loading'));
    const user = h('input', { type: 'search', 'aria-label': t('auditUser'), placeholder: t('auditUser'), dir: 'ltr',
        autocapitalize: 'none', on: { change: () => show() } });
    const time = h('select', { 'aria-label': t('auditTime'), on: { change: () => show() } },
        [1, 7, 30].map((count) => h('option', { value: count }, t('lastDays', { count }))));
    const more = actionButton(t('moreResults'), () => show(cursor), { status });
    let entries = [], cursor = null;

    async function show(after = null) {
        const query = new URLSearchParams({ limit: 200, since: Date.now() - Number(time.value) * day });
        if (user.value.trim()) query.set('user', user.value.trim().toLowerCase());
        if (after) query.set('cursor', after);
        try {
            const read = await session.api('GET', `/admin/audit?${query}`);
            entries = after ? [...entries, ...read.items] : read.items;
            cursor = read.cursor;
            more.hidden = cursor === null;
            // The log is in the order in which things happened; people look for the newest.
            replace(place, table(t('audit'), [t('time'), t('event'), t('actor'), t('subject'), t('details')],
                [...entries].reverse().map((entry) => [
                    moment(entry.at), h('code', {}, entry.kind), named(entry.actor), named(entry.subject),
                    h('span', { class: 'hint audit-details' }, detailWords(entry)),
                ])));
        } catch (error) {
            replace(place, h('p', { class: 'is-error' }, errorWords(error)));
        }
    }

    const verify = actionButton(t('auditVerify'), async () => {
        const report = await session.api('GET', '/admin/audit/verify');
        status.classList.toggle('is-error', !report.ok);
        status.textContent = report.ok
            ? t('auditWhole', { count: report.verified }) : t('auditBroken', { entry: report.fault?.entry ?? '?', why: report.fault?.reason ?? '' });
    }, { status });

    more.hidden = true;
    show();
    return section(t('audit'), h('p', {}, t('auditLead')),
        h('div', { class: 'filters' }, user, time, verify), status, place, more);
}

/** Who or what, which may be a long id. */
function named(id) {
    return h('span', { class: 'breaks' }, id ?? '–');
}

function detailWords({ address, details }) {
    const words = Object.entries(details ?? {}).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
    return [address, ...words].filter(Boolean).join(' · ');
}
