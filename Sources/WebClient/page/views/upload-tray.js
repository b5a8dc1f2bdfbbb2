import { h } from '../core/dom.js';
import { formatSize, t } from '../core/language.js';
import { session } from '../core/session.js';
import { isPicture } from './attachment.js';
import { errorWords } from './form.js';
import { icon } from './icons.js';

const mostFiles = 10;

/** The files of the message that is being written: each is on its way as soon as it is chosen. */
export class UploadTray {
    element = h('ul', { class: 'tray', 'aria-label': t('files'), hidden: true });
    #uploads = [];
    #fail;

    constructor(fail) {
        this.#fail = fail;
    }

    /** Whether a file is still on its way. */
    get isBusy() {
        return this.#uploads.some((upload) => !upload.done);
    }

    /** What the server knows of the files that have arrived. */
    get files() {
        return this.#uploads.map((upload) => upload.done);
    }

    add(files) {
        for (const file of files) {
            if (this.#uploads.length >= mostFiles) {
                this.#fail(t('tooManyFiles', { count: mostFiles }));
                return;
            }
            this.#begin(file);
        }
    }

    /** The message has gone, and the files with it. */
    clear() {
        for (const upload of [...this.#uploads]) this.#remove(upload);
    }

    dispose() {
        this.clear();
    }

    async #begin(file) {
        const bar = h('progress', { max: '1', value: '0', 'aria-label': t('uploading', { name: file.name }) });
        const upload = { abort: new AbortController(), done: null, preview: null };
        if (isPicture(file.type)) upload.preview = URL.createObjectURL(file);
        upload.element = h('li', { class: 'tray-file' },
            upload.preview ? h('img', { src: upload.preview, alt: '' }) : icon('file'),
            h('span', { class: 'file-name', dir: 'auto' }, file.name),
            h('span', { class: 'hint' }, formatSize(file.size)),
            bar,
            h('button', {
                type: 'button', class: 'tool', 'aria-label': t('removeFile', { name: file.name }),
                on: { click: () => this.#remove(upload) },
            }, icon('close')));
        this.#uploads.push(upload);
        this.element.append(upload.element);
        this.element.hidden = false;
        try {
            const known = await session.upload(file, (share) => { bar.value = share; }, upload.abort.signal);
            upload.done = known;
            bar.remove();
        } catch (error) {
            this.#remove(upload);
            if (error.name !== 'AbortError') this.#fail(t('notUploaded', { name: file.name, why: errorWords(error) }));
        }
    }

    #remove(upload) {
        upload.abort.abort();
        upload.element.remove();
        if (upload.preview) URL.revokeObjectURL(upload.preview);
        this.#uploads = this.#uploads.filter((other) => other !== upload);
        this.element.hidden = this.#uploads.length === 0;
    }
}
