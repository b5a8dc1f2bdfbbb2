import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { auditSection } from './admin-audit.js';
import { invitesSection } from './admin-invites.js';
import { usersAndSessions } from './admin-users.js';
import { errorWords } from './form.js';
import { page } from './page.js';

/** For administrators: invites, users, sessions, what happened. */
export function administrationView() {
    return page(t('administration'), invitesSection(), usersAndSessions(), auditSection());
}

/** For those who are no administrators, or no longer. */
export function closedView() {
    return page(t('administration'), h('p', {}, t('error_forbidden')));
}

/** Puts what `make` makes in its place, or what went wrong. */
export async function fill(place, make) {
    try {
        replace(place, await make());
    } catch (error) {
        replace(place, h('p', { class: 'is-error' }, errorWords(error)));
    }
}
