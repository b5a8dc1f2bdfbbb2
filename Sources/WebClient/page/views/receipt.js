import { h } from '../core/dom.js';
import { t } from '../core/language.js';

/** What a revocation did, as the server has confirmed it. */
export function receiptElement(receipt) {
    const sessions = t('receiptSessions', { count: receipt.revoked_sessions });
    const sockets = t('receiptSockets', { count: receipt.closed_sockets });
    const time = t('receiptTime', { ms: Math.max(0.1, receipt.elapsed_ms).toFixed(1) });
    return h('section', { class: receipt.complete ? 'receipt' : 'receipt is-incomplete', 'aria-label': t('receipt') },
        h('h3', {}, t('receipt')),
        h('p', {}, `${sessions} · ${sockets} · ${time}`),
        h('p', {}, receipt.complete ? t('receiptComplete') : t('receiptIncomplete')));
}
