import { h } from '../core/dom.js';
import { part } from '../core/http.js';
import { formatSize, t } from '../core/language.js';
import { session } from '../core/session.js';
import { icon } from './icons.js';

const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** The files of a message: pictures as pictures, everything as something to download. */
export function attachments(files) {
    if (!files?.length) return null;
    return h('ul', { class: 'files', 'aria-label': t('files') }, files.map((file) => h('li', {}, attachment(file))));
}

function attachment(file) {
    const address = `/api/v1/files/${part(file.id)}`;
    return h('a', { class: 'file', href: address, download: file.name, target: '_blank', rel: 'noopener', 'aria-label':
        t('fileOf', { name: file.name, size: formatSize(file.size) }) },
    isPicture(file.type) ? picture(file, address) : icon('file'),
    h('span', { class: 'file-name', dir: 'auto' }, file.name),
    h('span', { class: 'hint' }, formatSize(file.size)));
}

/** Whether a file of that type is shown as a picture. */
export function isPicture(type) {
    return shown.has(type);
}

function picture(file, address) {
    let isSecond = false;
    const image = h('img', {
        src: `${address}?inline`, alt: '', loading: 'lazy', decoding: 'async', on: { async error() {
            // The access token may have run out: once more with a new one.
            if (isSecond) {
                image.replaceWith(icon('file'));
                return;
            }
            isSecond = true;
            await session.check();
            image.src = `${address}?inline&again`;
        } },
    });
    return image;
}
